"""Resolves each find's speaker: from the mention as written to the fullest name and role in the article.

Pronouns go to the last fitting person, with those who speak first; what has no attribution goes on with the last speaker.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis import grammar, lexicon
from app.analysis.mentions import Person, Table, clean, role_of
from app.analysis.model import Found
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
SAME, RECENT, SUBJECT, GENDER, DISTANCE, OFTEN = 3.0, 0.0, 1.5, 1.5, 300.0, 0.12
DOTTED = {"u.s.", "u.k.", "u.n."}
REACH = 1500
ARTICLES = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


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
                self._without_mention(find)
                continue
            self._mention(find, around)

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
                person = self._named(grammar.phrase(token, conjuncts=False))
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
        if not run:
            self._say(find, written, None, "other", "")
            return
        first = run[0].lower
        alone = len(run) == 1 or (len(run) == 2 and run[1].lower in ("both", "all", "also"))
        if alone and first in SELF:
            if around is not None and around.speaker:
                find.speaker, find.role = around.speaker, around.role
            return
        if alone and first in FEMALE | MALE:
            person = self._pronoun_person(run[0])
            if person is not None:
                find.why.append(f"“{run[0].text}” is {person.name}, the last who fits")
                self._say(find, person.name, person.role, "person", person.gender, at=start)
                return
            if self.turns and self.turns[-1].kind in ("body", "person"):
                last = self.turns[-1]
                find.why.append(f"“{run[0].text}” is {last.name}, who spoke last")
                self._say(find, last.name, last.role, last.kind, last.gender, at=start)
                return
            self._say(find, written, None, "pronoun", "")
            return
        if alone and first in PLURAL | THING | {"that", "which", "this", "who"}:
            turn = self._turn(("group",) if first in PLURAL else ("body", "document", "group")) or self._turn(
                ("body", "group", "document", "person")
            )
            if turn is not None:
                find.why.append(f"“{run[0].text}” is {turn.name}, who spoke before")
                self._say(find, turn.name, turn.role, turn.kind, "", at=start)
            else:
                self._say(find, written, None, "pronoun", "")
            return
        person = self._named(run)
        beside = (self._before_cue(run, find) or self._beside(run)) if person is None else None
        if isinstance(beside, str):
            find.why.append(f"the name {beside} stands beside it")
            self._say(find, beside, None, "body", "", at=start)
            return
        person = person or beside
        if person is not None:
            own = role_of(self._name_run(run, person))
            if own and not any(t.name == person.name for t in self.turns):
                person.role = own
            role = person.role
            if person.name.lower() != written.lower():
                find.why.append(f"the full name is {person.name}")
            self._say(find, person.name, role, "person", person.gender, at=start)
            return
        self._nominal(find, run, written)

    def _before_cue(self, run: list[Token], find: Found) -> Person | None:
        """A name between a description and the verb: "the neighbour in both towns, Ana Ruiz, said"."""
        tokens = run[-1].sent.tokens
        if find.cue is None:
            return None
        between = [t for t in tokens[run[-1].i + 1 : run[-1].i + 30] if t.start < find.cue[0]]
        if find.cue[0] < run[0].start:
            between = tokens[run[-1].i + 1 : run[-1].i + 4]
            between = (
                [t for t in between if t.ent.endswith("PERSON")]
                if between and between[0].ent.endswith("PERSON")
                else []
            )
        while between and between[-1].text in ",–—":
            between.pop()
        named: list[Token] = []
        for token in reversed(between):
            if not token.ent.endswith("PERSON"):
                break
            named.insert(0, token)
        if not named or any(t.verb and t.tag != "VBN" for t in between) or not (words := clean(named)):
            return None
        if named[0].i != run[-1].i + 1 and tokens[named[0].i - 1].text != ",":
            return None
        return self.table.person(words, named[0].start)

    def _beside(self, run: list[Token]) -> Person | str | None:
        """The name set beside a description: "Another officer, John Cannon,"."""
        tokens = run[-1].sent.tokens
        at = run[-1].i + 1
        if at + 1 >= len(tokens) or tokens[at].text != "," or any(t.ent.endswith(("PERSON", "ORG")) for t in run[-1:]):
            return None
        named: list[Token] = []
        for token in tokens[at + 1 : at + 9]:
            if not (token.ent or token.tag == "NNP") or (named and token.ent[2:] != named[0].ent[2:]):
                break
            named.append(token)
        if (
            not named
            or named[-1].i + 1 >= len(tokens)
            or (tokens[named[-1].i + 1].text not in ",.–—" and named[-1].i + 1 < len(tokens))
        ):
            return None
        words = clean(named)
        if words and (named[0].ent.endswith("PERSON") or not named[0].ent):
            person = self.table.person(words, named[0].start) or self._unlisted(named, words)
            if person is not None and not person.role:
                person.role = ARTICLES.sub("", _written(self.text, run))
            return person
        if named[0].ent.endswith("ORG") and run[0].lower in ("the", "a", "an"):
            return " ".join(words)
        return None

    def _name_run(self, run: list[Token], person: Person) -> list[Token]:
        words = {w.lower() for w in person.name.split()}
        return [t for t in run if t.lower in words] or run

    def _named(self, run: list[Token]) -> Person | None:
        """The person named in a phrase, outside "of", "from" and the like and not as somebody's owner."""
        blocked = False
        groups: list[list[Token]] = []
        for place, token in enumerate(run):
            if token.tag == "POS" or token.lower in ("’s", "'s"):
                if groups and groups[-1][-1].i >= token.i - 1 and place < len(run) - 1:
                    groups.pop()
            elif token.ent.endswith("PERSON") and not blocked:
                if groups and groups[-1][-1].i == token.i - 1:
                    groups[-1].append(token)
                else:
                    groups.append([token])
            elif groups and token.tag == "IN":
                blocked = True
        for group in reversed(groups):
            if words := clean(group):
                person = self.table.person(words, group[0].start)
                if person is not None and not (group[-1] is not run[-1] and run[-1].tag == "NNS"):
                    return person
        words = clean(run)
        if len(run) <= 4 and words and words[0][:1].isupper():
            return self.table.person(words, run[0].start) or self._unlisted(run, words)
        return None

    def _unlisted(self, run: list[Token], words: list[str]) -> Person | None:
        """A speaker's name that the model did not see as one: two or more proper nouns, or a title and one."""
        if any(t.tag not in ("NNP", "HYPH") or t.ent for t in run) or words[0].isupper():
            return None
        name = " ".join(words)
        fuller = [b.name for b in self.table.bodies if b.name.endswith(" " + name) and len(b.name.split()) < 4]
        if len(words) < 2 and not fuller:
            return None
        person = Person(
            fuller[0] if fuller else name, role=role_of([t for t in run if t.text in words]), places=[run[0].start]
        )
        first = words[0].lower()
        person.gender = "f" if first in lexicon.words("names_f") else "m" if first in lexicon.words("names_m") else ""
        self.table.people.append(person)
        return person

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
            if mention.sent is token.sent and not _is_subject(mention):
                score -= 1.0
            score += min(len(person.places), 6) * OFTEN
            if best is None or score > best[0]:
                best = score, person
        return best[1] if best else None

    def _turn(self, kinds: Sequence[str]) -> Turn | None:
        return next((t for t in reversed(self.turns[-8:]) if t.kind in kinds), None)

    def _nominal(self, find: Found, run: list[Token], written: str) -> None:
        head = next((t for t in run if t.head not in run), run[-1])
        definite = run[0].lower in ("the", "this", "that", "both", "his", "her", "their", "its")
        plural = head.tag in ("NNS", "NNPS") or any(t.dep == "cc" for t in run)
        start = run[0].start
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
        keep = ARTICLES.sub("", written).lower() in DOTTED
        name = (
            written
            if keep
            else ARTICLES.sub("", written)
            if any(t.ent for t in run) or run[0].lower in ("the",)
            else written
        )
        self._say(find, name, None, kind, "", at=start)

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
                    return ARTICLES.sub("", _written(self.text, grammar.phrase(owner)))
            verb = token
            while verb.head is not verb and not verb.verb:
                verb = verb.head
            owner = grammar.subject(verb) if verb.verb and verb.lower in ISSUED else None
            if owner is not None and owner is not token and (owner.ent or owner.tag == "NNP"):
                return ARTICLES.sub("", _written(self.text, grammar.phrase(owner)))
            tokens = grammar.phrase(token, conjuncts=False)
            if len(tokens) > 2 and any(t.ent for t in tokens):
                return ARTICLES.sub("", _written(self.text, tokens))
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
        turn = next((t for t in reversed(self.turns[-4:]) if t.kind == "body"), None)
        near = [
            (p, b.name) for b in self.table.bodies if b.label == "ORG" for p in b.places if start - REACH < p < start
        ]
        words = {t.lower for t in run}
        same = [x for x in near if words & set(x[1].lower().split()) - {"the"}]
        if same:
            return max(same)[1]
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


def _written(text: str, tokens: Sequence[Token]) -> str:
    return text[tokens[0].start : tokens[-1].end]
