"""What a pronoun or a description stands for: people by gender and salience, bodies and documents by name and by who spoke.

The memory of an article also knows how far back somebody was named, so that a reader can be told.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis import grammar, lexicon, named
from app.analysis.mentions import Person, Table
from app.analysis.named import ARTICLES
from app.analysis.roles import OWNERS, is_role
from app.analysis.syntax import Sentence, Token

FEMALE, MALE = {"she", "her", "hers", "herself"}, {"he", "his", "him", "himself"}
PLURAL, THING, SELF = {"they", "their", "them"}, {"it", "its"}, {"i", "we", "my", "our", "me", "us"}
SAME, SUBJECT, LED, GENDER, DISTANCE, OFTEN, UNSURE = 3.0, 1.5, 4.5, 1.5, 300.0, 0.12, 1.5
REACH, NEAR, LOOK_BACK, MENTIONS, MOST = 1500, 0.8, 400, 80, 400
OWNER = re.compile(r"^(?:\S+ ){0,3}?\S+[’']s ")
WORD, FUNCTION = re.compile(r"[^\W_]+"), {"s", "of", "to", "the", "for", "in", "on", "at", "and", "a"}
PAPERS = {"paper": {"newspaper", "daily", "weekly", "tabloid"}, "newspaper": {"paper", "daily", "weekly", "tabloid"}}
LEAST = -3.5


@dataclass(slots=True)
class Turn:
    """Somebody spoke here."""

    at: int
    name: str
    role: str | None
    kind: str
    gender: str


class Memory:
    """An article's names, sentences and who has spoken so far."""

    def __init__(self, text: str, table: Table, sentences: Sequence[Sentence]) -> None:
        self.text, self.table = text, table
        self.tokens = sorted((t for s in sentences for t in s.tokens), key=lambda t: t.start)
        self.starts = [t.start for t in self.tokens]
        self.openings = sorted(s.start for s in sentences)
        self.narrative: list[int] = []
        for i, token in enumerate(self.tokens):
            told = token.sent.region is None
            self.narrative.append(i if told else self.narrative[-1] if i else -1)
        self.mentions = sorted((place, i) for i, p in enumerate(table.people) for place in p.places)
        self.listed = len(table.people)
        self.bodies = sorted((place, i) for i, b in enumerate(table.bodies) for place in b.places)
        self.turns: list[Turn] = []
        self.spelled: dict[str, str | None] = {}

    def token(self, at: int) -> Token:
        """The first token at or after a place."""
        return self.tokens[min(bisect_left(self.starts, at), len(self.tokens) - 1)]

    def run(self, start: int, end: int) -> list[Token]:
        """The tokens of a mention."""
        i = bisect_left(self.starts, start)
        return [t for t in self.tokens[i : i + 60] if t.end <= end and t.start >= start]

    def told_before(self, at: int) -> Token | None:
        """The narrative's last token before a place."""
        i = bisect_left(self.starts, at) - 1
        return self.tokens[self.narrative[i]] if i >= 0 and self.narrative[i] >= 0 else None

    def around(self, at: int) -> list[Person]:
        """The people named or heard last before a place, in the order of the table."""
        last = bisect_left(self.mentions, (at, 0))
        near = {i for _, i in self.mentions[max(0, last - MENTIONS) : last]}
        heard = {t.name for t in self.turns[-3:]}
        people = self.table.people
        near |= {i for i, p in enumerate(people[:MOST]) if p.name in heard}
        return [people[i] for i in sorted(near)] + people[self.listed :][-MENTIONS:]

    def far(self, place: int, at: int) -> str:
        """How far a place lies before another one, in sentences."""
        count = bisect_right(self.openings, at + 1) - bisect_right(self.openings, place)
        if place > at:
            return "later"
        return ("in this sentence", "in the sentence before")[count] if count < 2 else f"{count} sentences earlier"

    def placed(self, person: Person, at: int) -> str:
        """Where a person was named last before a place: "named 3 sentences earlier"."""
        before = bisect_left(person.places, at) - 1
        return f"named {self.far(person.places[max(before, 0)], at)}" if person.places else "named here"

    def person_of(self, token: Token) -> Person | None:
        """The person a "he" or "she" stands for: the one who leads the sentence before, the last speaker, the last named."""
        gender, at = "f" if token.lower in FEMALE else "m", token.start
        last = self.turns[-1].name if self.turns else ""
        spoke = self.turns[-1].at if self.turns else -1
        before = self.sentence_before(at)
        j = bisect_left(self.starts, at) - 1  # "...," she said: nobody whom her own words name
        own = self.tokens[j].sent.region if j >= 0 and token.sent.region is None and token.i < 3 else None
        best: tuple[float, Person] | None = None
        for person in self.around(at):
            i = bisect_left(person.places, at) - 1
            if i < 0 or (person.gender and person.gender != gender):
                continue
            place = person.places[i]
            score = -(at - place) / DISTANCE
            said = [t.at for t in self.turns[-3:] if t.name == person.name]
            if said:
                score = max(score, -(at - said[-1]) / DISTANCE) + SAME * (last == person.name)
            if person.gender == gender:
                score += GENDER
            elif " " not in person.name and not said:
                score -= UNSURE
            mention = self.token(place)
            if leads(mention):
                score += SUBJECT
                new = mention.sent.paragraph == token.sent.paragraph or mention.sent is before
                if new and mention.sent is not token.sent and 0 <= spoke < mention.sent.start:
                    score += LED
            elif mention.sent is token.sent:
                score -= 1.0
            if own is not None and mention.sent.region == own:
                score -= 4.0
            score += min(len(person.places), 6) * OFTEN
            if best is None or score > best[0]:
                best = score, person
        if best is None:
            return self._named_later(gender, at)
        return best[1] if best[0] > LEAST else None

    def _named_later(self, gender: str, at: int) -> Person | None:
        """The first of that gender to be named after a pronoun that opens the article."""
        if self.turns:
            return None
        later = [p for p in self.table.people if p.gender == gender and p.places and p.places[0] > at]
        return min(later, key=lambda p: p.places[0], default=None)

    def turn(self, kinds: Sequence[str], pronoun: Token | None = None) -> Turn | None:
        """Who of these kinds spoke last; a person of the other gender than the pronoun's did not."""
        other = {"": "", **dict.fromkeys(FEMALE, "m"), **dict.fromkeys(MALE, "f")}.get(pronoun.lower if pronoun else "")
        return next(
            (t for t in reversed(self.turns[-8:]) if t.kind in kinds and not (other and t.gender == other)), None
        )

    def thing_of(self, pronoun: Token) -> Turn | None:
        """What an "it" is: the body that is the subject of the sentence before, or spoke since; never a person."""
        turn = self.turn(("body", "document", "group"))
        subject = self.subject_before(pronoun.start)
        if subject is None or (turn is not None and turn.at > subject.sent.start):
            return turn
        run = grammar.phrase(subject, conjuncts=False)
        if subject.ent[2:] in ("ORG", "GPE", "NORP") or (subject.lower in lexicon.words("group_nouns") and not turn):
            name = ARTICLES.sub("", named.written(self.text, run))
            return Turn(subject.start, self.table.short.get(name.lower(), name), None, "body", "")
        return turn

    def group_of(self, pronoun: Token) -> Turn | None:
        """Who "they" are: several who are the subject of the sentence before, or spoke since."""
        turn = self.turn(("group",)) or self.turn(("body", "document", "someone"))
        subject = self.subject_before(pronoun.start)
        if subject is None or (turn is not None and turn.at > subject.sent.start):
            return turn or self.turn(("person",))
        run = grammar.phrase(subject)
        people = subject.tag in ("NNS", "NNPS") and is_role(subject)
        if people or (any(t.dep == "cc" for t in run) and any(t.ent for t in run)):
            return Turn(subject.start, ARTICLES.sub("", named.written(self.text, run)), None, "group", "")
        return turn or self.turn(("person",))

    def sentence_before(self, at: int) -> Sentence | None:
        """The narrative's sentence before the one at a place."""
        i = bisect_left(self.starts, at)
        here = self.tokens[i].sent if i < len(self.tokens) else None
        token = self.told_before(at)
        for _ in range(8):
            if token is None:
                break
            sentence = token.sent
            if sentence is not here and sentence.end <= at and len(sentence.tokens) > 2:
                return sentence
            token = self.told_before(min(sentence.start, token.start))
        return None

    def subject_before(self, at: int) -> Token | None:
        """The subject of the narrative's sentence before a place."""
        sentence = self.sentence_before(at)
        if sentence is None:
            return None
        return grammar.subject(next((t for t in sentence.tokens if t.dep == "ROOT"), sentence.tokens[0]))

    def by_role(self, head: Token, run: list[Token]) -> Person | str | None:
        """Whom a description means: who has that role, or the unnamed one who came with it; by nearness else."""
        words = {t.lower for t in run if t.tag.startswith(("NN", "JJ"))}
        female, male = lexicon.words("person_nouns_f"), lexicon.words("person_nouns_m")
        gender = "f" if head.lower in female else "m" if head.lower in male else ""
        personal = gender or is_role(head) or (head.lower == "old" and len(run) > 3 and run[-2].text == "-")
        if not personal or head.lower in lexicon.words("group_nouns"):
            return None
        his = run[0].lower in OWNERS
        at, owned = run[0].start, his or any(t.tag == "POS" for t in run)
        before, known = self.sentence_before(at), False
        best: tuple[float, Person] | None = None
        for person in self.table.people if self.listed < MOST else self.around(at):
            i = bisect_left(person.places, at) - 1
            if not person.places or (gender and person.gender and person.gender != gender):
                continue
            role = set(WORD.findall((person.role or "").lower())) - FUNCTION
            fits = head.lower in role and not (his and role - words)
            if i < 0 and not (fits and len(role & words) > 1 and (role <= words or words <= role)):
                continue
            score = 3.0 * fits + len(words & role) * 0.5 - abs(at - person.places[max(i, 0)]) / 600
            spoke = bool(self.turns and self.turns[-1].name == person.name)
            score += NEAR * spoke
            if not fits and i >= 0:
                mention = self.token(person.places[i])
                score += 1.0 * (mention.sent is before and leads(mention, main=True))
                score -= UNSURE * (" " not in person.name and not person.gender)
            likely = fits or not (owned or (head.lower in lexicon.words("unnamed") and not spoke))
            if likely and (best is None or score > best[0]):
                best, known = (score, person), fits
        if not known and not owned and (unnamed := self._introduced(head, at)) is not None:
            return unnamed
        return best[1] if best and best[0] > -2.5 else None

    def _introduced(self, head: Token, at: int) -> str | None:
        """The unnamed one whom a phrase with "a" brought in: "a police officer", later "the officer"."""
        i = bisect_left(self.starts, at)
        for token in reversed(self.tokens[max(0, i - LOOK_BACK) : i]):
            if token.lower != head.lower or token.tag != "NN":
                continue
            run = grammar.phrase(token, conjuncts=False)
            if run[0].lower in ("a", "an", "one", "another") and not any(t.ent.endswith("PERSON") for t in run):
                beside = token.kid("appos")
                if beside is None or not beside.ent.endswith("PERSON"):
                    return named.written(self.text, run)
        return None

    def pair(self, head: Token, run: list[Token]) -> str | None:
        """The two who "both men" or "the two leaders" are: those named last."""
        counted = {t.lower for t in run} & {"both", "two", "couple", "pair", "duo"}
        if not counted or not (is_role(head) or head.lower in ("men", "women", "couple", "pair", "duo")):
            return None
        gender = {"men": "m", "women": "f"}.get(head.lower, "")
        near = []
        for person in self.around(run[0].start):
            i = bisect_left(person.places, run[0].start) - 1
            if i >= 0 and not (gender and person.gender and person.gender != gender):
                near.append((person.places[i], person.name))
        two = [name for _, name in sorted(near)[-2:]]
        return " and ".join(two) if len(two) == 2 else None

    def body(self, head: Token, run: list[Token]) -> str | None:
        """The named body that "the company" or "the agency" stands for."""
        start, word = run[0].start, head.lower
        turn = next((t for t in reversed(self.turns[-4:]) if t.kind == "body" and t.name[:1].isupper()), None)
        turn = None if turn is not None and turn.name.split()[0] in ("A", "An", "The", "One", "Some") else turn
        near: list[tuple[int, str]] = []
        kinds = {word} | PAPERS.get(word, set())
        fits: list[tuple[int, str]] = []
        first, last = bisect_left(self.bodies, (start - REACH, 0)), bisect_left(self.bodies, (start, 0))
        for body in (self.table.bodies[i] for i in sorted({i for _, i in self.bodies[first:last]})):
            places = body.places[max(0, bisect_left(body.places, start) - 3) : bisect_left(body.places, start)]
            told = {"told", "tells", "tell", "("}
            places = [p for p in places if p > start - REACH and self._word_before(p) not in told]
            if not places or body.label in ("LAW", "WORK_OF_ART"):
                continue
            if kinds & body.kinds or ({t.lower for t in run} - {"the"}) & set(body.name.lower().split()):
                fits.append((places[-1], body.name))
            elif body.label == "ORG" and (
                word in lexicon.words("press") or body.name.lower() not in lexicon.words("wires")
            ):
                near.append((places[-1], body.name))
        if fits:
            return max(fits)[1]
        if len([t for t in run if t.tag.startswith(("NN", "JJ"))]) > 1:
            return turn.name if turn is not None and turn is self.turns[-1] else None
        own = word in lexicon.words("named_by_kind")  # "the army" is the army, whoever was named last
        if turn is not None:
            return turn.name if not own or turn is self.turns[-1] else None
        return max(near)[1] if near and not own else None

    def _word_before(self, place: int) -> str:
        i = bisect_left(self.starts, place) - 1
        while i > 0 and self.tokens[i].lower in ("the", "a", "an"):
            i -= 1
        return self.tokens[i].lower if i >= 0 else ""

    def initials(self, short: str) -> str | None:
        """The words that a short form is made of, where they stand in the text."""
        if not (2 < len(short) < 7 and short.isascii() and short.isupper() and short.isalpha()):
            return None
        if short not in self.spelled and len(self.spelled) < 40:
            joint = r"(?:[ ](?:and|of|for|the|on|in|to|&))*[ ]"
            found = re.search(r"\b" + joint.join(rf"{c}[a-zà-ÿ]+" for c in short) + r"\b", self.text[:200_000])
            self.spelled[short] = found.group() if found else None
        return self.spelled.get(short)

    def document(self, head: Token, run: list[Token]) -> list[Token] | None:
        """Whose a document is: "its report" after the ministry, "a report by the ministry", "Kell issued a report"."""
        if len(run) > 4:
            return None
        i = bisect_left(self.starts, run[0].start)
        for token in reversed(self.tokens[max(0, i - LOOK_BACK) : i]):
            if token.lower != head.lower:
                continue
            owner = token.kid("poss")
            by = next((k for k in token.kids if k.dep in ("prep", "agent") and k.lower in ("by", "from", "of")), None)
            own = next(
                (k for k in token.kids if k.dep in ("compound", "nmod") and k.ent[2:] in ("ORG", "PERSON")), None
            )
            if owner is None or owner.lower in OWNERS:
                named_ = by.kid("pobj") if by is not None else own
                owner = named_ if named_ is not None and (named_.ent or named_ is own) else self.issuer(token)
            if owner is not None and owner is not token:
                return grammar.phrase(owner, conjuncts=False)
        return None

    def issuer(self, token: Token) -> Token | None:
        """The subject of the verb that gives a document out."""
        verb = token
        while verb.head is not verb and not verb.verb:
            verb = verb.head
        owned = token.kid("poss") is not None
        if not verb.verb or not (owned or verb.lower in lexicon.words("issuing")):
            return None
        owner = grammar.subject(verb)
        return owner if owner is not None and owner is not token else None


def leads(token: Token, *, main: bool = False) -> bool:
    """Whether a name is a subject, or is what one is said to be; with `main` only that of the whole sentence."""
    while token.dep in ("compound", "nmod", "amod") and token.head is not token:
        token = token.head
    if main and token.head.dep != "ROOT":
        return False
    return token.dep in grammar.SUBJECTS or (token.dep == "attr" and token.tag == "NNP")
