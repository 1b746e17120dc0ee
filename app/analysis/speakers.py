"""Resolves each find's speaker: from the mention as written to the fullest name and role in the article.

Pronouns go to the last fitting person, with those who speak first; what has no attribution goes on with the last speaker.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis import grammar, lexicon, named
from app.analysis.mentions import Person, Table, is_role, role_of
from app.analysis.model import Found
from app.analysis.named import ARTICLES
from app.analysis.syntax import Sentence, Token

FEMALE, MALE = {"she", "her", "hers", "herself"}, {"he", "his", "him", "himself"}
PLURAL, THING, SELF = {"they", "their", "them"}, {"it", "its"}, {"i", "we", "my", "our"}
ISSUED = {
    "said",
    "says",
    "issued",
    "released",
    "published",
    "wrote",
    "posted",
    "shared",
    "denied",
    "filed",
    "sent",
    "put",
    "claimed",
    "added",
}
SAME, RECENT, SUBJECT, LED, GENDER, DISTANCE, OFTEN = 3.0, 0.0, 1.5, 3.0, 1.5, 300.0, 0.12
DOTTED = {"u.s.", "u.k.", "u.n."}
REACH = 1500
OWNERS = {"its", "her", "his", "their"}
OWNER = re.compile(r"^(?:\S+ ){0,3}?\S+[’']s ")


@dataclass(slots=True)
class Turn:
    """Somebody spoke here."""

    at: int
    name: str
    role: str | None
    kind: str
    gender: str


class Resolver:
    """Goes through the finds in the order of the text and remembers who spoke."""

    def __init__(self, text: str, table: Table, sentences: Sequence[Sentence]) -> None:
        self.text, self.table = text, table
        self.tokens = sorted((t for s in sentences for t in s.tokens), key=lambda t: t.start)
        self.starts = [t.start for t in self.tokens]
        self.turns: list[Turn] = []

    def resolve(self, finds: Sequence[Found]) -> None:
        """Set `speaker`, `role` and the reason on every find."""
        outer: dict[int, Found] = {f.region: f for f in finds if f.region is not None and f.rule == "marks"}
        ordered = sorted(finds, key=lambda f: f.cue[0] if f.cue else f.start)
        waiting: list[Found] = []
        for find in ordered:
            if find.rule == "marks" and find.mention is None and find.cue is None:
                waiting.append(find)
                self._carry(find)
                continue
            around = outer.get(find.region) if find.region is not None and find.rule != "marks" else None
            if find.mention is None:
                if find.rule == "line":
                    self._answer(find)
                self._without_mention(find)
                continue
            self._mention(find, around)

    def _labelled(self, label: str) -> Person | None:
        """Whose role a line's label gives ("DIVER:")."""
        if not label.isupper():
            return None
        fits = [p for p in self.table.people if label.lower() in (p.role or "").lower().split()]
        return fits[0] if len(fits) == 1 else None

    def _answer(self, find: Found) -> None:
        """A line that opens with "A:" is by the person who spoke last before the talk; who asks stays open."""
        line = self.text.rfind("\n", 0, find.start) + 1
        if self.turns and self.turns[-1].kind == "person" and self.text[line : find.start].lstrip().startswith("A:"):
            turn = self.turns[-1]
            find.speaker, find.role = turn.name, turn.role
            find.why.append(f"{turn.name} spoke last before these questions and answers")

    def _carry(self, find: Found) -> None:
        if self.turns:
            turn = self.turns[-1]
            people = self._people_between(turn.at, find.start)
            find.speaker, find.role = turn.name, turn.role
            find.why.append(f"no attribution of its own: {turn.name} spoke last")
            if people and turn.kind == "person" and people[-1].name != turn.name:
                leader = self._led_in(find.start)
                if leader is not None:
                    find.speaker, find.role = leader.name, leader.role
                    find.why[-1] = f"no attribution of its own: {leader.name} is named in the sentence before"
                    self.turns.append(Turn(find.end, leader.name, leader.role, "person", leader.gender))
        else:
            leader = self._led_in(find.start)
            if leader is not None:
                find.speaker, find.role = leader.name, leader.role
                find.why.append(f"no attribution of its own: {leader.name} is named before it")
                self.turns.append(Turn(find.end, leader.name, leader.role, "person", leader.gender))

    def _led_in(self, at: int) -> Person | None:
        """The person who is the subject of the sentence just before."""
        i = bisect_left(self.starts, at) - 1
        while i >= 0 and self.tokens[i].sent.region is not None:
            i -= 1
        if i < 0:
            return None
        for token in self.tokens[i].sent.tokens:
            if token.dep in grammar.SUBJECTS:
                person = named.named(self.table, grammar.phrase(token, conjuncts=False))
                if person is not None:
                    return person
                if token.lower in FEMALE | MALE:
                    return self._pronoun_person(token)
        return None

    def _people_between(self, start: int, end: int) -> list[Person]:
        near = [(p, person) for person in self.table.people for p in person.places if start < p < end]
        return [person for _, person in sorted(near, key=lambda x: x[0])]

    def _without_mention(self, find: Found) -> None:
        if self.turns and find.rule == "marks":
            turn = self.turns[-1]
            find.speaker, find.role = turn.name, turn.role
            find.why.append(f"{turn.name} spoke last")

    def _mention(self, find: Found, around: Found | None) -> None:
        assert find.mention is not None  # noqa: S101 - the caller saw to it
        start, end = find.mention
        i = bisect_left(self.starts, start)
        run = [t for t in self.tokens[i : i + 60] if t.end <= end and t.start >= start]
        written = self.text[start:end]
        if self.text[end : end + 1] == ":" and (person := self._labelled(written)) is not None:
            find.why.append(f"{person.name} is the {written.lower()}")
            self._say(find, person.name, person.role, "person", person.gender, at=start)
            return
        if not run:
            self._say(find, written, None, "other", "")
            return
        first = run[0].lower
        alone = len(run) == 1 or (len(run) == 2 and run[1].lower in ("both", "all", "also"))
        if alone and first in SELF:
            if around is not None and around.speaker:
                find.speaker, find.role = around.speaker, around.role
            return
        if alone and first in FEMALE | MALE | PLURAL | THING | {"that", "which", "this", "who"}:
            self._pronoun(find, run[0], written)
            return
        person = named.named(self.table, run)
        beside = (
            (named.before_cue(self.table, run, find) or named.beside(self.table, self.text, run))
            if person is None
            else None
        )
        if isinstance(beside, str):
            find.why.append(f"the name {beside} stands beside it")
            self._say(find, beside, None, "body", "", at=start)
            return
        person = person or beside
        if person is not None:
            own = role_of(name) if (name := self._name_run(run, person)) else None
            if own and not any(t.name == person.name for t in self.turns):
                person.role = own
            role = person.role
            if person.name.lower() != written.lower():
                find.why.append(f"the full name is {person.name}")
            self._say(find, person.name, role, "person", person.gender, at=start)
            return
        self._nominal(find, run, written)

    def _pronoun(self, find: Found, token: Token, written: str) -> None:
        """A find whose speaker is given by a pronoun alone; it keeps the pronoun where nobody fits."""
        start = token.start
        if token.lower in FEMALE | MALE:
            person = self._pronoun_person(token)
            if person is not None:
                person.gender = person.gender or ("f" if token.lower in FEMALE else "m")
                find.why.append(f"“{token.text}” is {person.name}, the last who fits")
                self._say(find, person.name, person.role, "person", person.gender, at=start)
                return
            turn = self._turn(("person", "someone"), token)
        elif token.lower in PLURAL:
            turn = self._turn(("group",)) or self._turn(("body", "document", "person"))
        else:
            turn = self._thing(token)
        if turn is not None:
            find.why.append(f"“{token.text}” is {turn.name}, who spoke before")
            self._say(find, turn.name, turn.role, turn.kind, turn.gender, at=start)
        else:
            self._say(find, written, None, "pronoun", "")

    def _name_run(self, run: list[Token], person: Person) -> list[Token]:
        words = {w.lower() for w in person.name.split()}
        return [t for t in run if t.lower in words]

    def _pronoun_person(self, token: Token) -> Person | None:
        """The person a "he" or "she" stands for: same sentence's subject, the last speaker, the last named."""
        gender = "f" if token.lower in FEMALE else "m"
        at = token.start
        best: tuple[float, Person] | None = None
        last = self.turns[-1].name if self.turns else ""
        for person in self.table.people:
            if person.gender and person.gender != gender:
                continue
            i = bisect_left(person.places, at) - 1
            if i < 0:
                continue
            place = person.places[i]
            distance = at - place
            score = -distance / DISTANCE
            said = [t.at for t in self.turns[-3:] if t.name == person.name]
            if said:
                score = max(score, -(at - said[-1]) / DISTANCE)
                score += SAME if last == person.name else RECENT
            if person.gender == gender:
                score += GENDER
            mention = self.tokens[min(bisect_left(self.starts, place), len(self.tokens) - 1)]
            if _is_subject(mention):
                score += SUBJECT
                if (
                    mention.sent.paragraph == token.sent.paragraph
                    and self.turns
                    and self.turns[-1].at < mention.sent.start
                ):
                    score += LED * (mention.sent is not token.sent)
            if mention.sent is token.sent and not _is_subject(mention):
                score -= 1.0
            score += min(len(person.places), 6) * OFTEN
            if best is None or score > best[0]:
                best = score, person
        return best[1] if best else None

    def _turn(self, kinds: Sequence[str], pronoun: Token | None = None) -> Turn | None:
        """Who of these kinds spoke last; a person of the other gender than the pronoun's did not."""
        other = {"": "", **dict.fromkeys(FEMALE, "m"), **dict.fromkeys(MALE, "f")}.get(pronoun.lower if pronoun else "")
        return next(
            (t for t in reversed(self.turns[-8:]) if t.kind in kinds and not (other and t.gender == other)), None
        )

    def _thing(self, pronoun: Token) -> Turn | None:
        """What an "it" stands for: the body that is the subject of the sentence before, or spoke since; never a person."""
        turn = self._turn(("body", "document", "group"))
        subject = self._subject_before(pronoun.start)
        if subject is None or (turn is not None and turn.at > subject.sent.start):
            return turn
        run = grammar.phrase(subject, conjuncts=False)
        if subject.ent[2:] in ("ORG", "GPE", "NORP") or (subject.lower in lexicon.words("group_nouns") and not turn):
            name = ARTICLES.sub("", named.written(self.text, run))
            return Turn(subject.start, self.table.short.get(name.lower(), name), None, "body", "")
        return turn

    def _subject_before(self, at: int) -> Token | None:
        """The subject of the narrative's sentence before a place."""
        i = bisect_left(self.starts, at)
        here = self.tokens[i].sent if i < len(self.tokens) else None
        while i > 0:
            i -= 1
            sentence = self.tokens[i].sent
            if sentence.region is None and sentence is not here and sentence.end <= at and len(sentence.tokens) > 2:
                root = next((t for t in sentence.tokens if t.dep == "ROOT"), sentence.tokens[0])
                return grammar.subject(root)
            i = min(i, bisect_left(self.starts, sentence.start))
        return None

    def _nominal(self, find: Found, run: list[Token], written: str) -> None:
        head = next((t for t in run if t.head not in run), run[-1])
        definite = run[0].lower in ("the", "this", "that", "both", "his", "her", "their", "its")
        plural = head.tag in ("NNS", "NNPS") or any(t.dep == "cc" for t in run)
        start = run[0].start
        if run[0].lower in OWNERS and head.lower in lexicon.words("group_nouns"):
            self._owned(find, run)
            return
        key = ARTICLES.sub("", written).lower()
        if key in self.table.short:
            name = self.table.short[key]
            find.why.append(f"“{written}” is {name}")
            self._say(find, name, None, "body", "", at=start)
            return
        if head.lower in lexicon.words("documents") and not plural and definite:
            owner = self._document(head, run)
            if owner:
                find.why.append(f"“{written}” is of {owner}")
                self._say(find, owner, None, "document", "", at=start)
                return
        if definite and not plural and len(run) <= 5:
            person = self._by_role(head, run)
            if person is not None:
                find.why.append(f"“{written}” is {person.name}")
                self._say(find, person.name, person.role, "person", person.gender, at=start)
                return
            if head.lower in lexicon.words("group_nouns") and not any(t.ent for t in run):
                body = self._body(start, run)
                if body:
                    find.why.append(f"“{written}” is {body}")
                    self._say(find, body, None, "body", "", at=start)
                    return
        kind = "group" if plural else "document" if head.lower in lexicon.words("documents") else "body"
        if kind == "body" and is_role(head) and not head.ent:
            kind = "someone"
        keep = ARTICLES.sub("", written).lower() in DOTTED
        name = (
            written
            if keep
            else ARTICLES.sub("", written)
            if any(t.ent for t in run) or run[0].lower in ("the",)
            else written
        )
        self._say(find, name, None, kind, "", at=start)

    def _owned(self, find: Found, run: list[Token]) -> None:
        """A body that a pronoun owns: "its foreign ministry" is that of the country named before."""
        rest, owner = named.written(self.text, run[1:]), ""
        if run[0].lower in THING:
            thing = self._thing(run[0])
            owner = f"{thing.name}'s " if thing is not None else ""
        elif run[0].lower in FEMALE | MALE and (person := self._pronoun_person(run[0])) is not None:
            of = OWNER.match(person.role or "")
            owner = of.group() if of else ""
        if owner:
            find.why.append(f"“{named.written(self.text, run)}” is {owner}{rest}")
        self._say(find, owner + rest, None, "body", "", at=run[0].start)

    def _document(self, head: Token, run: list[Token]) -> str | None:
        """Whose document: "its latest report" after the ministry, or "a report by the ministry"."""
        if len(run) > 4:
            return None
        i = bisect_left(self.starts, run[0].start)
        for token in reversed(self.tokens[max(0, i - 400) : i]):
            if token.lower != head.lower:
                continue
            poss = token.kid("poss")
            if poss is not None and poss.lower in ("its", "their", "his", "her"):
                verb = token
                while verb.head is not verb and not verb.verb:
                    verb = verb.head
                owner = grammar.subject(verb)
                if owner is not None:
                    return ARTICLES.sub("", named.written(self.text, grammar.phrase(owner)))
            verb = token
            while verb.head is not verb and not verb.verb:
                verb = verb.head
            owner = grammar.subject(verb) if verb.verb and verb.lower in ISSUED else None
            if owner is not None and owner is not token and (owner.ent or owner.tag == "NNP"):
                return ARTICLES.sub("", named.written(self.text, grammar.phrase(owner)))
            tokens = grammar.phrase(token, conjuncts=False)
            if len(tokens) > 2 and any(t.ent for t in tokens):
                return ARTICLES.sub("", named.written(self.text, tokens))
        return None

    def _by_role(self, head: Token, run: list[Token]) -> Person | None:
        words = {t.lower for t in run if t.tag.startswith(("NN", "JJ"))}
        female, male = lexicon.words("person_nouns_f"), lexicon.words("person_nouns_m")
        gender = "f" if head.lower in female else "m" if head.lower in male else ""
        if not (
            gender or head.lower in lexicon.words("nominal_people") or head.lower.endswith(("ist", "-old"))
        ) or head.lower in lexicon.words("group_nouns"):
            return None
        best: tuple[float, Person] | None = None
        for person in self.table.people:
            i = bisect_left(person.places, run[0].start) - 1
            if i < 0 or (gender and person.gender and person.gender != gender):
                continue
            role = {w.lower() for w in (person.role or "").split()}
            score = 3.0 * (head.lower in role) + len(words & role) * 0.5 - (run[0].start - person.places[i]) / 600
            score += 0.8 * bool(self.turns and self.turns[-1].name == person.name)
            if best is None or score > best[0]:
                best = score, person
        return best[1] if best and best[0] > -2.5 else None

    def _body(self, start: int, run: list[Token]) -> str | None:
        turn = next((t for t in reversed(self.turns[-4:]) if t.kind == "body" and t.name[:1].isupper()), None)
        near = [
            (p, b.name) for b in self.table.bodies if b.label == "ORG" for p in b.places if start - REACH < p < start
        ]
        words = {t.lower for t in run}
        same = [x for x in near if words & set(x[1].lower().split()) - {"the"}]
        if same:
            return max(same)[1]
        if len([t for t in run if t.tag.startswith(("NN", "JJ"))]) > 1:
            return None
        if turn is not None:
            return turn.name
        return max(near)[1] if near else None

    def _say(self, find: Found, name: str, role: str | None, kind: str, gender: str, *, at: int | None = None) -> None:
        find.speaker, find.role = name.strip(" ,"), role
        if find.region is None or find.rule == "marks":
            self.turns.append(Turn(find.end if at is None else max(at, find.end), find.speaker, role, kind, gender))


def _is_subject(token: Token) -> bool:
    while token.dep in ("compound", "nmod", "amod") and token.head is not token:
        token = token.head
    return token.dep in grammar.SUBJECTS
