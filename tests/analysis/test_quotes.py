"""Who said what, over whole articles."""

import subprocess
import sys

import pytest

from app.analysis import Quote, analyze
from tests.analysis import articles


def said(text: str) -> list[tuple[str, Quote]]:
    return [(" ".join(text[a:b] for a, b in q.spans), q) for q in analyze(text).quotes]


def one(text: str, words: str) -> Quote:
    """The quote that holds some words, which must be one."""
    (found,) = [q for s, q in said(text) if words in s]
    return found


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_wire_story(gap: str) -> None:
    text = articles.WIRE.replace("\n\n", gap)
    envoy = ("Miriam Oakes-Delaney", "U.S. Ambassador to the Harbour Council")
    deputy = ("Tobias Renner", "U.S. Deputy Secretary of Trade for Island Affairs")
    ministry = ("Marland Ministry of Shipping", None)
    expected = [
        ("indirect", "The U.S.", None, "that Veldania may drop its support for the ceasefire in the Marn Strait"),
        ("direct", *envoy, "a promise it made twelve years ago,"),
        ("direct", *envoy, "to pay for its observers,"),
        ("mixed", *envoy, '[the rebels] or to their suppliers"'),
        ("mixed", *envoy, 'that Veldania has delivered "at least four hundred'),
        ("direct", *envoy, "beyond their own waters,"),
        ("mixed", *deputy, "the ties between Veldania and its neighbours"),
        ("mixed", *deputy, 'that Veldania "has understood'),
        ("mixed", *ministry, 'that Veldania "has more than 300 vessels'),
        ("mixed", *ministry, 'that Veldania "will go on building'),
    ]
    found = said(text)
    assert [(q.kind, q.speaker, q.role) for _, q in found] == [(k, s, r) for k, s, r, _ in expected]
    for (words, _), (*_, part) in zip(found, expected, strict=True):
        assert part in words


@pytest.mark.parametrize(
    "quotation", ["“He told me, ‘Go home,’”", "“I asked him, ‘Is it safe?’”", "\"He told me, 'Go home,'\""]
)
def test_a_quotation_may_end_in_another(quotation: str) -> None:
    found = said(f"{quotation} Ann Lee said.\n\nThe road was shut.")
    assert (quotation, "direct", "Ann Lee") in [(words, q.kind, q.speaker) for words, q in found]


@pytest.mark.parametrize(
    ("text", "words", "speaker"),
    [
        ("Ann Lee ended her list by saying “Too many.” The crowd followed her.", "“Too many.”", "Ann Lee"),
        ("The drivers chanted “Harby: bad for you.”", "“Harby: bad for you.”", "drivers"),
        ("Ann Lee cautioned “let’s not go too far,” before she left.", "“let’s not go too far,”", "Ann Lee"),
        ("One sign read “anybodybutlee.org,” an address in Harby.", "“anybodybutlee.org,”", "One sign"),
        ("Speaker Ann Lee said “low tides, they’ve got no place here.”", "“low tides, they’ve got no place here.”", "Ann Lee"),
        ("The road has been called “strategic waste” by Ann Lee, a clerk.", "“strategic waste”", "Ann Lee"),
        ("Ann Lee offered a retort, tweeting at him, “you aren’t just late.”", "“you aren’t just late.”", "Ann Lee"),
        ("Yesterday Ann Lee called plans to open a plant in Harby “a disgrace,” and left.", "plans to open a plant in Harby “a disgrace,”", "Ann Lee"),
        ("As the clerk Ann Lee put it, “apart from the tide there was little to see.” The police came.", "“apart from the tide there was little to see.”", "Ann Lee"),
        ("Ann Lee will stay because, in her words, “she knows how to do it.”", "“she knows how to do it.”", "Ann Lee"),
        ("She will stay because, in Ann Lee’s own words, “nobody else knows.”", "“nobody else knows.”", "Ann Lee"),
        ("“It’s a mess” is how Ann Lee summed it up.", "“It’s a mess”", "Ann Lee"),
        ("It was out. Its lead author, Dr. Ann Lee of Harby College, said: “It is worse.” Lee and her friends suggest rain.", "“It is worse.”", "Ann Lee"),
        ("“It was an attempt to mislead voters,” Will Moy, head of Full Fact, told the club.", "“It was an attempt to mislead voters,”", "Will Moy"),
        ("City attorney Ann Lee argued. A jury found Paul Hale guilty. He is innocent, his attorney said.", "He is innocent", "his attorney"),
        ("It pointed out that it doesn’t have “a role in all this.”", "that it doesn’t have “a role in all this.”", "It"),
        ("Court records show he was held in May.", "he was held in May", "Court records"),
        ("A filing shows the firm lost 3 million pounds.", "the firm lost 3 million pounds", "A filing"),
        ("Emails obtained by the BBC reveal that she knew.", "that she knew", "Emails"),
        ("Ann Lee left, with Paul Hale calling it “a first.”", "“a first.”", "Paul Hale"),
        ("Ann Lee said more than 15,000 people registered for the rally.", "more than 15,000 people registered for the rally", "Ann Lee"),
        ("But, Ann Lee says, she felt like she had no choice.", "she felt like she had no choice", "Ann Lee"),
        ("The surest way to measure is by pounds, Ann Lee told us.", "The surest way to measure is by pounds", "Ann Lee"),
        ("There is also a link between cost and work, Ann Lee found.", "There is also a link between cost and work", "Ann Lee"),
        ("Ann Lee said since the day the port shut, he was constantly in touch.", "since the day the port shut, he was constantly in touch", "Ann Lee"),
        ("The bridge was not safe, as Ann Lee had said in May, but nobody shut it.", "The bridge was not safe", "Ann Lee"),
        ("The bridge, as Ann Lee has said, is not safe.", "The bridge is not safe", "Ann Lee"),
    ],
)  # fmt: skip
def test_what_a_verb_leads_to_inside_a_sentence(text: str, words: str, speaker: str) -> None:
    assert (words, speaker) in [(found, q.speaker) for found, q in said(text)]


def test_who_is_named_before_questions_and_answers_gives_the_answers() -> None:
    text = "Maria Lopez spent eleven months alone. Lopez tells how.\n\nQ: Why?\n\nA: I wanted to know.\n\nQ: And?\n\nA: I do."
    assert [q.speaker for words, q in said(text) if q.rule == "line"] == [None, "Maria Lopez", None, "Maria Lopez"]


@pytest.mark.parametrize(
    "text",
    [
        "From Maria Lopez, captain of the Alma: “Nobody told us.”",
        "Maria Lopez, who lost her boat: “Nobody told us.”",
        "“Nobody told us.” — Maria Lopez, harbour watch volunteer",
        "From Maria Lopez:\n\n“Nobody told us.”",
    ],
)
def test_statements_put_one_below_another(text: str) -> None:
    before = "What people said.\n\nFrom Paul Hale: “The harbour was closed.”\n\n"
    assert ("“Nobody told us.”", "Maria Lopez") in [(words, q.speaker) for words, q in said(before + text)]


def test_an_attribution_is_not_said_itself() -> None:
    text = (
        "The plane continued on its journey after determining that the engine was within normal parameters, "
        "a spokesperson for flydubai said, and landed safely in Dubai."
    )
    assert [(words[:9], q.speaker) for words, q in said(text)] == [("The plane", "a spokesperson for flydubai")]


def test_a_line_of_news_in_a_transcript_is_no_turn() -> None:
    turns = "ANN: Is it shut?\n\nBOB: It is.\n\nANN: Why?\n\nBOB: Rain.\n\n"
    assert {q.speaker for _, q in said(turns + "UPDATE: This story was changed on 4 May.")} == {"ANN", "BOB"}


def test_a_court_transcript() -> None:
    lines = ["MR. DOYLE: I object.", "THE COURT: Overruled. Did you see him?", "THE WITNESS: I did.", "MR. DOYLE: Objection.", "THE COURT: Go on."]  # fmt: skip
    found = [f"{q.speaker}: {words}" for words, q in said("\n\n".join(lines))]
    assert found == lines


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("As the mayor put it, “we have nothing left.”", "mayor"),
        ("As the poster on the wall put it: “We have nothing left.”", "poster on the wall"),
        ("Yesterday, the mayor had one answer: “No, we will not pay.”", "mayor"),
        ("On Monday, her lawyer was blunt: “No, we will not pay.”", "her lawyer"),
        ("After police told residents to leave, “Where would we go?” Ann Lee asked.", "Ann Lee"),
        ("Mayor Ann Lee met Paul Hale on the quay: “It was a good talk.”", "Ann Lee"),
    ],
)
def test_who_is_given_just_before(text: str, speaker: str) -> None:
    assert said(text)[-1][1].speaker == speaker


@pytest.mark.parametrize(
    "text",
    [
        "The plan was not, as the minister claimed, a success.",
        "The markets fell, as the bank reported losses of 3 million pounds.",
        "The bridge has been called “the spine of Harby” but will be gone by Monday.",
        "The show, called “The Last Tide,” opens on Friday in Harby.",
        "Students read “Hamlet” in the third year.",
        "He directed “Jaws” and left.",
        "The twist reveals who set the fire.",
        "Ann Lee said much about how she is preparing for it.",
        "Ann Lee said nothing about the people hurt in the fire.",
    ],
)
def test_what_only_looks_like_speech(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize("heading", ["Further Reading", "Most Popular", "Key Findings"])
def test_a_heading_speaks_no_list(heading: str) -> None:
    assert not [q for _, q in said(f"{heading}:\n\n“Five people hurt in a fire.”\n\n“Who owns the quay?”") if q.speaker]


@pytest.mark.parametrize("words", ["in other words", "in so many words", "in a few words"])
def test_words_of_nobody(words: str) -> None:
    assert not [q for _, q in said(f"The road is shut or, {words}, “a dead end for now.” Ann Lee left.") if q.speaker]


@pytest.mark.parametrize(
    "line", ["Related: “Why the bridge fell”", "Read more: “Ten bridges at risk”", "Note: this was updated."]
)
def test_a_line_that_points_elsewhere_says_nothing(line: str) -> None:
    assert said(f"Ann Lee left.\n\n{line}") == []


@pytest.mark.parametrize("work", ["record, “Glass Houses,”", "film, “The Long Night of the Sea,”", "book, “Tides,”"])
def test_the_title_of_a_work_is_not_said(work: str) -> None:
    assert said(f"The band’s fourth {work} is out on Friday.") == []


def test_a_pronoun_is_kept_as_written_and_explained() -> None:
    quote = one(articles.WIRE, "to pay for its observers")
    assert quote.speaker_start is not None
    assert articles.WIRE[quote.speaker_start : quote.speaker_end] == "she"
    assert quote.cue == "added"
    assert "“she” is Miriam Oakes-Delaney" in quote.why


def test_a_quote_split_by_its_attribution_is_one() -> None:
    quote = one(articles.SPLIT, "The bridge is safe")
    assert [articles.SPLIT[a:b] for a, b in quote.spans] == ["“The bridge is safe,”", "“We tested every bolt.”"]
    assert (quote.speaker, quote.role) == ("Anneke Vos", "city's chief engineer")
    assert len(one(articles.SPLIT, "will ask again").spans) == 2


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ('HARBY — "We have no choice," Nora Quill said.', "direct", '"We have no choice,"'),
        ("PORT ILSE, 3 March (QNS) - “The pier is full,” said Nora Quill.", "direct", "“The pier is full,”"),
        ("Harby, May 4, 2031 (Coast Wire) – The pier is full, said Nora Quill.", "indirect", "The pier is full"),
        ("HARBY, Marland (QNS) -- The pier is “full”, Nora Quill said on Monday.", "mixed", "The pier is “full”"),
    ],
)
def test_a_dateline_is_no_part_of_what_is_said(line: str, kind: str, words: str) -> None:
    ((found, quote),) = said(line)
    assert (quote.kind, found, quote.speaker) == (kind, words, "Nora Quill")
    assert all(line[claim.start :].startswith(words[:8]) for claim in analyze(line).claims)


def test_a_quotation_over_paragraphs_keeps_its_speaker() -> None:
    quote = one(articles.SPLIT, "nobody came")
    assert quote.speaker == "Pavel Dric"
    assert articles.SPLIT[quote.start : quote.end].startswith("“I do not believe")


@pytest.mark.parametrize(
    ("words", "speaker", "cue"),
    [
        ("that the dam could fail within a decade", "river board", "warned"),
        ("Nearly a third of the gates are rusted", "survey by Halden University", "according to"),
        ("to close the lower road before winter", "Ruth Calloway", "promised"),
        ("that the city had known of the damage", "Ruth Calloway", "denied"),
        ("The repairs will cost 40 million crowns", "engineers", "said"),
        ("residents to stay away from the banks", "Ivo Marsh", "urged"),
    ],
)
def test_indirect_speech(words: str, speaker: str, cue: str) -> None:
    quote = one(articles.INDIRECT, words)
    assert (quote.kind, quote.cue) == ("indirect", cue)
    assert quote.speaker is not None
    assert speaker in quote.speaker
    assert articles.INDIRECT[quote.start : quote.end] == words


def test_single_marks_in_the_british_manner() -> None:
    first = one(articles.BRITISH, "shan’t be moving")
    assert (first.kind, first.speaker) == ("direct", "Edwin Pugh")
    second = one(articles.BRITISH, "a nonsense from start")
    assert (second.kind, second.speaker) == ("mixed", "Edwin Pugh")


def test_names_with_a_colon() -> None:
    assert one(articles.INTERVIEW, "two seasons").speaker == "Greta Lund"
    assert one(articles.INTERVIEW, "harbour was closed").speaker == "Oskar Benning"


def test_lines_of_a_talk() -> None:
    found = [(words, q.speaker) for words, q in said(articles.TALK)]
    assert found[0] == ("We never asked for money.", "Lena Hart")
    assert [speaker for _, speaker in found] == ["Lena Hart", "Interviewer"] * 2


def test_a_name_after_a_dash() -> None:
    ((words, quote),) = said(articles.SIGNED)
    assert (words, quote.speaker) == ('"It was the best night of my life,"', "Joe Bell")


def test_a_live_blog() -> None:
    found = [(words, q.speaker) for words, q in said(articles.BLOG)]
    assert found == [
        ("two roads are closed", "Police"),
        ("“Stay at home.”", "Amy Rudd"),
        ('"We are open"', "Dan Field"),
    ]


def test_a_name_that_somebody_gives() -> None:
    text = 'Mayor Ruth Calloway called the plan "a farce" and said it would fail.'
    assert [(words, q.kind) for words, q in said(text)] == [
        ('the plan "a farce"', "mixed"),
        ("it would fail", "indirect"),
    ]


def test_a_table_of_teams_is_no_talk() -> None:
    assert said("Rovers: Host the Wanderers.\nUnited: Visit Dorn.\nRovers: Two players are ill.\nUnited: None.\n") == []


def test_titles_and_scare_quotes_are_no_speech() -> None:
    assert said(articles.NOT_SPEECH) == []


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("The mayor said that the road was open.", ""),
        ("The mayor denied that the road was open.", "denied"),
        ("The mayor did not deny that the road was open.", "negated"),
        ("The mayor did not say whether the road was open.", "negated"),
        ("The mayor never said the road was open.", "negated"),
        ("The mayor declined to say when the road would open.", "negated"),
        ("They plan to say that the road is open.", "hypothetical"),
        ("The mayor would say that the road is open.", "hypothetical"),
        ("If she says the road is open, we leave.", "hypothetical"),
        ("Did the mayor say that the road was open?", "asked"),
    ],
)
def test_the_mood_of_what_is_said(text: str, mood: str) -> None:
    ((words, quote),) = said(text)
    assert "the road" in words
    assert quote.mood == mood


def test_who_asks_is_not_asked_about() -> None:
    ((words, quote),) = said("“Did the mayor say so?” Ivo Marsh asked.")
    assert (words, quote.mood, quote.speaker) == ("“Did the mayor say so?”", "", "Ivo Marsh")


@pytest.mark.parametrize(
    ("text", "words", "rule"),
    [
        ("Ivo Marsh accused the council of hiding the report.", "the council of hiding the report", "accuse"),
        ('Ivo Marsh warned of "grave consequences".', 'of "grave consequences"', "preposition"),
        ("Ivo Marsh called the plan unfair.", "the plan unfair", "call"),
        ('Ivo Marsh described the bridge as "a ruin".', 'the bridge as "a ruin"', "as"),
        ('The board defined "safe" as a risk of one in a thousand.', '"safe" as a risk of one in a thousand', "as"),
        ("Ivo Marsh promised to mend the gate.", "to mend the gate", "infinitive"),
        ("Ivo Marsh urged residents to leave.", "residents to leave", "infinitive"),
        ("According to Ivo Marsh, the gate is broken.", "the gate is broken", "according"),
        ("The gate, according to Ivo Marsh, was broken in May.", "The gate was broken in May", "according"),
        ("The gate is broken, Ivo Marsh said.", "The gate is broken", "parataxis"),
        ("The gate, Ivo Marsh said, is broken.", "The gate is broken", "parataxis"),
        ("Ivo Marsh rejected her claim that the gate is broken.", "that the gate is broken", "noun"),
        ("A survey found 40 houses that stand on sand.", "40 houses that stand on sand", "object"),
        (
            "Ivo Marsh told reporters that the gate is broken and that nobody knew.",
            "that the gate is broken and that nobody knew",
            "clause",
        ),
        ("The findings led the board to conclude that the gate was broken.", "that the gate was broken", "clause"),
        ('Ivo Marsh told cheering teachers that they were not "beggars."', 'that they were not "beggars."', "clause"),
    ],
)
def test_forms_of_reported_speech(text: str, words: str, rule: str) -> None:
    assert (words, rule) in [(s, q.rule) for s, q in said(text)]


def test_a_cue_shared_by_clauses_and_a_speaker_by_cues() -> None:
    text = "Ivo Marsh said the gate is broken and added that the council knew."
    assert [(words, q.speaker) for words, q in said(text)] == [
        ("the gate is broken", "Ivo Marsh"),
        ("that the council knew", "Ivo Marsh"),
    ]


def test_a_clause_takes_the_quotation_it_leads_to() -> None:
    text = "Ivo Marsh said he was there when the keeper told them: “We just lost the gate.”"
    assert "he was there when the keeper told them: “We just lost the gate.”" in [words for words, _ in said(text)]


def test_a_quotation_in_a_quotation_has_its_own_speaker() -> None:
    text = "“The keeper came out and said, ‘The gate is gone,’ and I ran,” Ivo Marsh told reporters."
    (inner,) = [q for words, q in said(text) if words == "‘The gate is gone,’"]
    assert (inner.rule, inner.kind, inner.cue, inner.speaker) == ("nested", "direct", "said", "keeper")


def test_two_quotations_joined_share_their_speaker() -> None:
    quote = one("Teachers chanted, “Fund our schools,” and “Put kids first,” as they marched.", "Fund our schools")
    assert len(quote.spans) == 2


def test_a_paragraph_with_its_own_attribution_is_a_quote_of_its_own() -> None:
    text = "“It was late,” Ivo Marsh said. “We had no light.\n\n“So we waited,” Marsh added."
    assert [q.cue for _, q in said(text)] == ["said", "added"]


def test_a_block_quotation() -> None:
    text = "The Harbour Post reported:\n\n“The dam was old.\n\nNobody had looked at it for years.”\n\nIt rained."
    quote = one(text, "The dam was old")
    assert (text[quote.end - 7 : quote.end], quote.speaker) == ("years.”", "Harbour Post")


def test_a_statement_below_its_cue() -> None:
    text = "In a letter to the board, Ivo Marsh wrote:\n\nI regret that we did not mend the gate.\n\nIt rained."
    quote = one(text, "I regret that")
    assert (quote.rule, quote.kind, quote.cue) == ("block", "direct", "wrote")


def test_dash_dialogue() -> None:
    text = "— The gate is open, said Marta.\n— Then close it, he said, before it rains.\n— Why?\n"
    assert [(words, q.rule) for words, q in said(text)] == [
        ("The gate is open,", "dash"),
        ("Then close it, before it rains.", "dash"),
        ("Why?", "dash"),
    ]
    assert said("— milk and bread\n— the keys of the boat\n") == []


def test_a_post_with_its_signature() -> None:
    text = "We are open again from nine. https://t.co/abc — Harbour Pool (@harbourpool) March 4, 2024"
    ((words, quote),) = said(text)
    assert (words, quote.speaker, quote.rule) == ("We are open again from nine.", "Harbour Pool", "tweet")


def test_a_talk_set_in_marks() -> None:
    text = "The talk went:\n\n“HART: Will you pay?\n\n“BELL: We paid in May.”\n"
    assert [words for words, _ in said(text)] == ["Will you pay?", "We paid in May."]


def test_a_heading_is_no_quote() -> None:
    text = "Minister says the road is open\nIt rained."
    assert analyze(text, blocks=[("heading", 0, 30), ("p", 31, 41)]).quotes == ()
    assert len(analyze(text).quotes) == 1


def test_a_language_without_rules_says_so() -> None:
    found = analyze("„Wir bleiben hier, solange es geht“, sagte sie.", language="fi")
    assert not found.supported
    assert [q.kind for q in found.quotes] == ["direct"]


def test_importing_does_not_load_the_parser() -> None:
    code = "import sys, app.analysis; sys.exit('spacy' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
