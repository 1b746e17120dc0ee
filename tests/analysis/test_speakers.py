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
        (
            "The Speaker of Parliament, Ms Grete Malm, has directed the minister to table the report by May.",
            "Grete Malm",
            "Speaker of Parliament",
        ),
        (
            "An aide to the Speaker, who asked not to be named, revealed that the pier sank.",
            "An aide to the Speaker",
            None,
        ),
        (
            'Harby coach Orla Venn on guard Ivar Lunde: "He never stops running."\n\n"She is right," Lunde said.',
            "Orla Venn",
            "Harby coach",
        ),
    ],
)
def test_a_name_set_beside_a_description(text: str, speaker: str, role: str) -> None:
    assert speakers(text)[0] == (speaker, role)


def test_whom_somebody_speaks_on_has_no_role_by_it() -> None:
    text = 'Harby coach Orla Venn on guard Ivar Lunde: "He never stops running."\n\n"She is right," Lunde said.'
    assert speakers(text)[-1][1] is None


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


def test_who_is_quoted_in_an_answer_does_not_give_the_next() -> None:
    text = (
        "Katrin Osterloh has run the rail authority for eleven years.\n\n"
        "Rail Weekly: Why did you buy hydrogen trains?\n\nOsterloh: It was a mistake, and I signed it.\n\n"
        "Q: Who told you they were cheap?\n\nA: Minister Paul Brandt said to me, “Nobody will remember diesel.”\n\n"
        "Q: And now?\n\nA: I would like to write about it.\n"
    )
    found = {text[q.start : q.end]: q.speaker for q in analyze(text).quotes}
    assert {found["It was a mistake, and I signed it."], found["I would like to write about it."]} == {
        "Katrin Osterloh"
    }


def test_no_body_says_i_and_a_crosshead_is_by_who_says_it_below() -> None:
    text = (
        "The company Scaldis Marine said it had cooperated.\n\n'I knew the numbers could not be right'\n\n"
        "The scheme was uncovered by Priya Nadkarni, a junior accountant.\n\nWhat made her suspicious?\n\n"
        "“The volumes. I knew the numbers could not be right.”\n"
    )
    assert [who for who, _ in speakers(text)][1:] == ["Priya Nadkarni"] * 2


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


MAYOR = "Mayor Ruth Calloway said the bridge was safe.\n\n"


@pytest.mark.parametrize(
    ("text", "words", "speaker"),
    [
        (
            f"{MAYOR}The harbour pilot Jon Aske has doubts about the plan.\n\n“It is too narrow,” he said.",
            "too narrow",
            "Jon Aske",
        ),
        (
            '"She can sing," he said of his sister.\n\nJon Aske was proud of her.',
            "can sing",
            "Jon Aske",
        ),
        (
            f"{MAYOR}A diver had gone down in the night. The diver said that the gate was open.",
            "the gate was open",
            "A diver",
        ),
        (
            "Jon Aske met Ole Brandt in the harbour. Both men said that the gate had been shut.",
            "the gate had been shut",
            "Jon Aske and Ole Brandt",
        ),
        (
            f"{MAYOR}His lawyer said that the money had been paid.",
            "the money had been paid",
            "His lawyer",
        ),
        (
            "Tessaly's farm minister said that the wells were dry.\n\n"
            "Farm Minister Grete Malm told a meeting that help would come.",
            "the wells were dry",
            "Grete Malm",
        ),
    ],
)
def test_who_is_meant(text: str, words: str, speaker: str) -> None:
    assert one(text, words).speaker == speaker


@pytest.mark.parametrize(
    ("text", "words", "speaker"),
    [
        (
            "The work was led by the Tessaly Organisation for Open Water Studies (WSO).\n\nWSO said the lake had shrunk.",
            "the lake had shrunk",
            "Tessaly Organisation for Open Water Studies",
        ),
        (
            "A report by the newspaper Dagens Havn was read aloud. The newspaper said that two men had fled.",
            "two men had fled",
            "Dagens Havn",
        ),
        (
            'The Coastal Trust denied the charge in a statement on its website.\n\n"We were shocked," the statement read.',
            "We were shocked",
            "Coastal Trust",
        ),
    ],
)
def test_bodies_behind_short_forms_and_documents(text: str, words: str, speaker: str) -> None:
    assert one(text, words).speaker == speaker


@pytest.mark.parametrize(
    ("text", "words", "mention"),
    [
        (
            "HALDEN (TP) - Mayor Ruth Calloway said that the bridge was safe.",
            "the bridge was safe",
            "Mayor Ruth Calloway",
        ),
        (
            "Ruth Calloway was angry at the owners who had closed the quay, calling it a disgrace.",
            "a disgrace",
            "Ruth Calloway",
        ),
        ('"Step back from the edge!" a guard ordered.', "Step back", "a guard"),
    ],
)
def test_the_source_as_written(text: str, words: str, mention: str) -> None:
    found = one(text, words)
    assert text[found.speaker_start : found.speaker_end] == mention


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        (
            "The envoy Tilda Roe came late. The hall was full. The doors were shut. She said that the talks had failed.",
            "the talks had failed",
            "“She” is Tilda Roe, named 3 sentences earlier",
        ),
        (f"{MAYOR}Calloway said the road was open.", "the road was open", "the full name of Calloway is Ruth Calloway"),
        (
            'Ruth Calloway said the road was open. "It was never closed."',
            "never closed",
            "no attribution of its own: Ruth Calloway spoke last, in the sentence before",
        ),
    ],
)
def test_a_reader_is_told_how_the_name_was_reached(text: str, words: str, why: str) -> None:
    assert why in one(text, words).why.split("; ")


def test_who_issues_a_statement_says_what_it_says() -> None:
    assert {
        name for name, _ in speakers("The Harbour Council issued a statement warning that the quay could sink.")
    } == {"Harbour Council"}


def test_i_inside_a_quotation_is_who_speaks_it() -> None:
    text = '"I told the board that my letters said the wall was weak," Greta Lund told the inquiry.'
    assert {name for name, _ in speakers(text)} == {"Greta Lund"}


def test_a_headline_makes_no_names() -> None:
    text = "Ruth Calloway Says Bridge Was Always Safe\n\nRuth Calloway spoke on Friday.\n\nThe mayor said the road was open."
    assert one(text, "the road").speaker == "Ruth Calloway"
