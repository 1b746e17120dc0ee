"""Who is behind a description, a pronoun or a label."""

import pytest

from app.analysis import Quote, analyze
from tests.analysis.test_quotes import one


def speakers(text: str) -> list[tuple[str | None, str | None]]:
    return [(q.speaker, q.role) for q in analyze(text).quotes]


@pytest.mark.parametrize(
    ("text", "speaker", "role"),
    [
        (
            '"The lock will open in May," said Tessaly\'s ambassador to the League of Rivers, Orla Venn, on Friday.',
            "Orla Venn",
            "Tessaly's ambassador to the League of Rivers",
        ),
        (
            "When the mill was sold in 2012, the housing minister at the time, Grete Malm, promised that rents would fall.",
            "Grete Malm",
            "housing minister at the time",
        ),
        (
            "In a note seen by this paper, the harbour's chief surveyor, Ivar Lunde, wrote that the pier was sinking.",
            "Ivar Lunde",
            "harbour's chief surveyor",
        ),
        (
            "The last speaker of the evening, the farmer Ruben Skaar, told the meeting that two wells had run dry.",
            "Ruben Skaar",
            "farmer",
        ),
    ],
)
def test_a_name_set_beside_a_description(text: str, speaker: str, role: str) -> None:
    assert speakers(text) == [(speaker, role)]


def test_a_surname_goes_back_to_the_full_name() -> None:
    text = (
        "The port's chief pilot, Colm Varga, arrived late.\n\nVarga said the channel was too narrow. "
        "The fog, he added, came at noon."
    )
    assert {name for name, _ in speakers(text)} == {"Colm Varga"}


def test_a_woman_is_no_country() -> None:
    text = (
        'Ostmark warned that the talks may fail.\n\n"We have waited long enough," said Ostmark\'s envoy to the '
        'Harbour Council, Tilda Roe. "We shall not wait again," she added.'
    )
    assert one(text, "waited long enough").speaker == "Tilda Roe"
    assert {q.speaker for q in analyze(text).quotes} == {"Ostmark", "Tilda Roe"}


@pytest.mark.parametrize(
    ("text", "speakers_"),
    [
        (
            "A survey by the Coastal Trust found that a quarter of the dunes could be lost, and concluded that the wall "
            "had failed.",
            ["survey by the Coastal Trust"] * 2,
        ),
        (
            "Mayor Ruth Calloway said that nobody had seen the storm coming, and denied that the town had been warned.",
            ["Ruth Calloway"] * 2,
        ),
    ],
)
def test_a_second_verb_keeps_the_subject_of_the_first(text: str, speakers_: list[str]) -> None:
    assert [name for name, _ in speakers(text)] == speakers_


def test_what_a_pronoun_owns_is_named_with_its_owner() -> None:
    text = (
        "Mayor Ruth Calloway said the bridge was safe.\n\nVeldania rejected the offer. "
        "Its trade ministry said that the boats had been sold."
    )
    assert one(text, "the boats").speaker == "Veldania's trade ministry"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("According to the coast guard, four boats were lost.", "coast guard"),
        ("Critics say that the wall is too low.", "Critics"),
        ("A senior officer said the gate had been left open.", "A senior officer"),
    ],
)
def test_the_unnamed_are_themselves(text: str, speaker: str) -> None:
    before = "Halden Shipping said the port was open. Mayor Ruth Calloway said it was not.\n\n"
    assert speakers(before + text)[-1][0] == speaker


def test_it_is_the_body_of_the_sentence_before() -> None:
    text = (
        "Mayor Ruth Calloway said the quay was closed.\n\nNorth Pier Holdings, which owns the quay, has put out a "
        'statement. "We check every bolt twice a year," it says.'
    )
    assert one(text, "every bolt").speaker == "North Pier Holdings"


def test_she_is_the_woman_of_the_sentence_before() -> None:
    text = (
        '"It was a hard winter," said Greta Lund, who keeps the shop.\n\n"The budget is closed," said auditor Signe '
        'Dahl.\n\nShould the school stay? Lund does not think so. "Ask the children," she said.'
    )
    assert one(text, "Ask the children").speaker == "Greta Lund"


def test_answers_are_by_the_one_who_was_asked() -> None:
    text = (
        "The engineer Lucia Tamm said she had warned the board. This is what was asked:\n\n"
        "Q: When was that?\n\nA: In the spring.\n\nQ: And then?\n\nA: Nothing came.\n"
    )
    found: list[Quote] = [q for q in analyze(text).quotes if q.cue is None]
    assert [q.speaker for q in found] == [None, "Lucia Tamm", None, "Lucia Tamm"]


def test_a_label_is_the_one_with_that_role() -> None:
    text = (
        'PILOT: "I saw the light go out."\n\nThe next witness, the pilot Jon Aske, told the court that he had turned.'
    )
    assert one(text, "the light").speaker == "Jon Aske"


def test_who_is_meant_in_a_quotation_is_no_speaker() -> None:
    text = '"They asked me whether the gate could wait. I said no," Greta Lund told the inquiry.'
    assert speakers(text) == [("Greta Lund", None)]
