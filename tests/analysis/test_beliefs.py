"""What somebody hopes, wants or thinks is told from what somebody says."""

import pytest

from app.analysis import analyze

TEXT = """Mayor Ruth Calloway said the road is closed. She hopes that it will open by May.

Her deputy, Ivo Marsh, wants to close the bridge. Marsh does not believe that the river is safe.
"""


def test_beliefs_have_holders_and_are_no_quotes() -> None:
    found = analyze(TEXT)
    assert [TEXT[q.start : q.end] for q in found.quotes] == ["the road is closed"]
    assert [(b.kind, b.speaker, b.cue, b.mood, TEXT[b.start : b.end]) for b in found.beliefs] == [
        ("belief", "Ruth Calloway", "hopes", "", "that it will open by May"),
        ("belief", "Ivo Marsh", "wants", "", "to close the bridge"),
        ("belief", "Ivo Marsh", "believe", "negated", "that the river is safe"),
    ]
    assert all("not speech" in b.why for b in found.beliefs)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The board fears that the dam will fail.", "that the dam will fail"),
        ("The mayor is confident that the money will come.", "that the money will come"),
        ("Engineers intend to test every bolt.", "to test every bolt"),
        ("The council wants the minister to resign.", "the minister to resign"),
        ("Residents hope for a quick repair.", "a quick repair"),
    ],
)
def test_forms(text: str, words: str) -> None:
    found = analyze(text)
    assert not found.quotes
    assert [text[b.start : b.end] for b in found.beliefs] == [words]


@pytest.mark.parametrize(
    "text", ["The plan is expected to pass.", "“I hope that it rains,” said Ivo Marsh.", "I think that it rains."]
)
def test_nobody_named_holds_them(text: str) -> None:
    assert not analyze(text).beliefs
