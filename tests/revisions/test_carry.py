"""What people marked goes along to a newer revision, is listed for a look, or stays where it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.alignment import Alignment
from app.annotations.carry import found
from app.annotations.finds import context
from app.models import Annotation, AnnotationPlace, Article, SearchDocument
from tests.revisions.conftest import SIGHT, WORDS, said

MORE = ["A storm on Sunday had torn away two planks of the pier \U0001f32a\ufe0f, its keeper said afterwards.", *WORDS]
QUOTE = "Nobody can be asked to stand on a pier that may not stand by itself,"
MARKED = [
    f"pier {SIGHT} has", SIGHT, "Cafe\u0301 owners", "\u05e0\u05e1\u05d2\u05e8 \u05d0\u05d7\u05e8\u05d9 \u05e9\u05d9\u05e9\u05d9\u05dd", "rust", QUOTE,
    "twice what the town earns with all of its ferries.",
]  # fmt: skip


def place(database, annotation_id: int) -> AnnotationPlace:
    with database.read() as db:
        return db.scalars(select(AnnotationPlace).where(AnnotationPlace.annotation_id == annotation_id)).one()


@pytest.mark.parametrize("words", MARKED)
def test_what_stands_elsewhere_is_carried(story, database, words) -> None:
    old = story.text()
    mark = story.marks(words)
    story.changes(MORE)
    annotation, text = story.annotation(mark), story.text()
    assert story.number_of(mark) == 2
    assert annotation.exact == words == text[annotation.start : annotation.end]
    assert text.count(words) > 1 or annotation.start == text.index(words)
    assert text[: annotation.start].endswith(annotation.prefix)
    assert text[annotation.end :].startswith(annotation.suffix)
    stood = place(database, mark)
    assert (stood.start, stood.exact, stood.state, stood.doubt) == (old.index(words), words, "exact", "")
    assert f'data-ids="{mark}"' in story.get()
    assert f'data-ids="{mark}"' in story.get("/revisions/1")
    assert "the same words stand in revision 2" in said(story.get("/revisions/1"))
    assert "Nothing to look at" in story.get("/review")


def test_notes_verdicts_and_search_go_along(story, client, database) -> None:
    claim = story.marks("rust in nine of its pillars", kind="claim")
    browser = client("bob")
    browser.post(f"/annotations/{claim}/notes", data={"body": "Who counted?"})
    browser.put(f"/claims/{claim}/verdict", data={"verdict": "mixed", "reason": "It was ten."})
    story.changes(MORE)
    page = said(story.get())
    assert "Who counted?" in page
    assert "It was ten." in page
    with database.read() as db:
        found = db.scalars(
            select(SearchDocument.body).where(SearchDocument.ref_id == claim, SearchDocument.kind == "annotation")
        )
        assert found.one() == "rust in nine of its pillars"


def test_changed_words_of_a_quote_and_a_figure_are_listed_for_a_look(story, database) -> None:
    quote = story.marks(QUOTE, kind="quote", speaker="Maren Oduya")
    figure = story.marks("about 400,000 passengers a year since 1961")
    fine = story.marks("The harbour council voted on Monday to close the old ferry pier after an inspection")
    story.changes([
        WORDS[0].replace("to close", "to shut"), WORDS[1].replace("stand by itself", "last by itself"),
        WORDS[2].replace("400,000", "300,000"), *WORDS[3:],
    ])  # fmt: skip
    assert [place(database, each).doubt for each in (quote, figure, fine)] == ["quote", "figure", ""]
    assert story.annotation(fine).exact.count("to shut the old ferry pier") == 1
    assert all(story.number_of(each) == 2 for each in (quote, figure, fine))
    page = story.get("/review")
    assert f'id="review-{quote}"' in page
    assert f'id="review-{figure}"' in page
    assert f'id="review-{fine}"' not in page
    told = said(page)
    assert "The words of this quote have changed." in told
    assert QUOTE in told
    assert QUOTE.replace("stand by", "last by") in told
    card = page.split(f'id="review-{figure}"')[1].split("</section>")[0]
    assert re.findall(r"<(?:del|ins)>.*?<", card) == ["<del>400,000<", "<ins>300,000<"]
    assert "2 annotations need a look" in said(story.get())


def lost_one(story) -> int:
    mark = story.marks("Its repair would have cost four million crowns", kind="claim")
    story.client("bob").post(f"/annotations/{mark}/notes", data={"body": "Says who?"})
    story.changes([*WORDS[:5], "Boats of all kinds now moor at the new landing beside the fish market instead."])
    return mark


def test_what_is_lost_stays_with_the_older_revision_and_is_listed(story, client) -> None:
    mark = lost_one(story)
    assert story.number_of(mark) == 1
    assert f'data-ids="{mark}"' not in story.get()
    assert f'data-ids="{mark}"' in story.get("/revisions/1")
    assert "not in revision 2 any more" in said(story.get("/revisions/1"))
    told = said(story.get("/review"))
    assert "Lost" in told
    assert "Its repair would have cost four million crowns" in told
    assert "Says who?" in client("alice").get(f"/annotations/{mark}/page").text


def test_words_that_come_back_have_their_annotation_again(story) -> None:
    mark = lost_one(story)
    story.changes(MORE)
    assert story.number_of(mark) == 3
    assert f'data-ids="{mark}"' in story.get()
    assert "Nothing to look at" in story.get("/review")


def decide(story, mark: int, decision: str, who: str = "alice", **form: str):
    return story.client(who).put(f"/annotations/{mark}/review", data={"decision": decision, **form})


def doubtful(story) -> int:
    mark = story.marks(QUOTE, kind="quote", speaker="Maren Oduya")
    story.changes([WORDS[0], WORDS[1].replace("stand by itself", "last by itself"), *WORDS[2:]])
    return mark


def test_accept(story, database) -> None:
    mark = doubtful(story)
    assert decide(story, mark, "accept").status_code == 303
    assert "Nothing to look at" in story.get("/review")
    assert story.annotation(mark).exact == QUOTE.replace("stand by", "last by")
    stood = place(database, mark)
    assert (stood.decision, stood.exact) == ("accepted", QUOTE)
    assert stood.reviewed_by is not None


def test_move_to_other_words(story) -> None:
    mark = doubtful(story)
    assert decide(story, mark, "move", exact="fear for the\nsummer").status_code == 303
    annotation = story.annotation(mark)
    assert annotation.exact == "fear for the summer" == story.text()[annotation.start : annotation.end]
    assert "Nothing to look at" in story.get("/review")


def test_move_what_was_lost(story) -> None:
    mark = lost_one(story)
    assert decide(story, mark, "move", exact="Boats of all kinds").status_code == 303
    assert (story.number_of(mark), story.annotation(mark).exact) == (2, "Boats of all kinds")
    assert f'data-ids="{mark}"' in story.get()
    assert f'data-ids="{mark}"' in story.get("/revisions/1")


def test_words_that_are_not_there_are_refused_beside_what_was_typed(story) -> None:
    mark = doubtful(story)
    answer = decide(story, mark, "move", exact="a pier of gold")
    assert answer.status_code == 422
    assert ">\na pier of gold</textarea>" in answer.text
    assert "do not stand in the text" in answer.text
    assert story.annotation(mark).exact == QUOTE.replace("stand by", "last by")
    assert decide(story, mark, "nonsense").status_code == 422


def test_words_that_stand_twice_ask_which_is_meant(story) -> None:
    mark = doubtful(story)
    answer = decide(story, mark, "move", exact="council")
    assert answer.status_code == 422
    assert "times. Which passage is meant?" in answer.text
    at = story.text().rindex("council")
    assert decide(story, mark, "move", exact="council", at=str(at)).status_code == 303
    assert story.annotation(mark).start == at


def test_keep_on_the_older_revision(story) -> None:
    mark = doubtful(story)
    assert decide(story, mark, "keep").status_code == 303
    assert (story.number_of(mark), story.annotation(mark).exact) == (1, QUOTE)
    assert f'data-ids="{mark}"' not in story.get()
    assert f'data-ids="{mark}"' in story.get("/revisions/1")
    assert "Nothing to look at" in story.get("/review")
    story.changes(MORE)
    assert story.number_of(mark) == 1


def test_delete(story) -> None:
    mark = doubtful(story)
    assert decide(story, mark, "delete").status_code == 303
    assert story.annotation(mark).deleted_at is not None
    assert "Nothing to look at" in story.get("/review")


def test_private_ones_are_carried_and_listed_for_their_person_alone(story) -> None:
    mark = story.marks("about 400,000 passengers a year", visibility="private")
    story.changes([*WORDS[:2], WORDS[2].replace("400,000", "300,000"), *WORDS[3:]])
    assert story.number_of(mark) == 2
    assert f"review-{mark}" in story.get("/review")
    for who in ("bob", "erin", "root"):
        assert f"review-{mark}" not in story.get("/review", who)
        assert f'id="card-{mark}"' not in story.get("/revisions/1", who)
        assert "need a look" not in said(story.get("", who))
        assert "1 annotation needs a look" not in said(story.get("/revisions", who))
    assert decide(story, mark, "accept", "root").status_code == 404


def test_finds_stay_behind_are_found_anew_and_carried_ones_are_not_found_twice(story, worker, client, database) -> None:
    worker.run(until=lambda: True)
    with database.read() as db:
        quote = db.scalars(select(Annotation).where(Annotation.kind == "quote")).first()
        others = db.scalars(select(Annotation.id).where(Annotation.id != quote.id)).all()
    assert quote
    client("alice").put(f"/annotations/{quote.id}/status", data={"status": "confirmed"})
    story.changes(MORE)
    carried = story.annotation(quote.id)
    assert carried.exact == quote.exact
    assert (carried.found_start, carried.found_end) == (carried.start, carried.end)
    if quote.speaker_start is not None:
        name = story.text(1)[quote.speaker_start : quote.speaker_end]
        assert story.text()[carried.speaker_start : carried.speaker_end] == name
    assert all(story.number_of(each) == 1 for each in others)
    worker.run(until=lambda: True)
    with database.read() as db:
        article = db.get_one(Article, story.id)
        here = db.scalars(
            select(Annotation).where(Annotation.article_id == article.id, Annotation.past.is_(False))
        ).all()
    assert sum(each.kind == "quote" and each.exact == quote.exact for each in here) == 1
    assert {story.number_of(each.id) for each in here} == {2}
    counts = client("alice").get("/").text
    quotes = sum(each.kind == "quote" for each in here)
    assert f"<dd>{quotes}</dd>" in counts


def test_what_was_dismissed_is_not_found_again(story, worker, client, database) -> None:
    worker.run(until=lambda: True)
    with database.read() as db:
        quote = db.scalars(select(Annotation).where(Annotation.kind == "quote")).first()
    client("alice").put(f"/annotations/{quote.id}/status", data={"status": "dismissed"})
    story.changes(MORE)
    worker.run(until=lambda: True)
    with database.read() as db:
        same = db.scalars(
            select(Annotation.status).where(Annotation.exact == quote.exact, Annotation.kind == "quote")
        ).all()
    assert same == ["dismissed"]
    assert "Nothing to look at" in story.get("/review")


# Whatever the texts: every annotation's words are where it says

PARTS = st.sampled_from(
    [
        "pier",
        "rust",
        SIGHT,
        "e\u0301te\u0301",
        "\u05e0\u05e1\u05d2\u05e8",
        "400,000",
        "\u201cno,\u201d",
        "\u6e2f\u53e3",
        ".",
        "1961",
        "council",
        "\n",
    ]
)
TEXTS = st.lists(PARTS, min_size=1, max_size=40).map(" ".join)


@given(TEXTS, TEXTS, st.data())
def test_all_offsets_hold_their_words(old: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    middle = data.draw(st.integers(start, end))
    spans = [[start, middle], [middle, end]] if start < middle < end else []
    other = data.draw(st.integers(0, len(old) - 1))
    annotation = Annotation(
        kind=data.draw(st.sampled_from(["quote", "claim", "highlight"])), start=start, end=end, spans=spans,
        figures=[{"start": start, "end": end, "value": 1}], found_start=start, found_end=end, speaker_start=other,
        speaker_end=min(len(old), other + 4), cue_start=None, cue_end=None, **context(old, start, end),
    )  # fmt: skip
    got = found(annotation, old, new, Alignment(old, new))
    if got.start is None:
        assert got.state == "lost"
        return
    assert 0 <= got.start < got.end <= len(new)
    if got.state in ("exact", "moved"):
        assert new[got.start : got.end] == old[start:end]
        assert [new[a:b] for a, b in got.columns["spans"]] == [old[a:b] for a, b in spans]
    a, b = got.columns["speaker_start"], got.columns["speaker_end"]
    assert a is None or new[a:b] == old[other : min(len(old), other + 4)]
    assert all(new[each["start"] : each["end"]] == old[start:end] for each in got.columns["figures"])
    assert all(got.start <= a < b <= got.end for a, b in got.columns["spans"])
    assert got.columns["found_start"] < got.columns["found_end"]
