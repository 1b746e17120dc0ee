"""Resolves each find's speaker: from the mention as written to the fullest name and role in the article.

Pronouns go to the last fitting person, with those who speak first; what has no attribution goes on with the last speaker.
Every find is told why, in words for a reader.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from app.analysis import grammar, lexicon, named, sources
from app.analysis.mentions import Person, Table
from app.analysis.model import Found
from app.analysis.named import ARTICLES
from app.analysis.refer import FEMALE, MALE, OWNER, PLURAL, SELF, THING, Memory, Turn
from app.analysis.roles import OWNERS, is_role, role_of
from app.analysis.syntax import Sentence, Token

TOGETHER = {"both", "all", "also"}
DOTTED = {"u.s.", "u.k.", "u.n."}
STANDS = FEMALE | MALE | PLURAL | THING | {"that", "which", "this", "who"}
ALONE = re.compile(r"\b(?:I|[Mm]y|me|myself)\b")
SHORTEST_LINE, FURTHEST = 12, 40  # characters of a crosshead; finds below it that are looked at
SHORTEST_PHRASE, LONGEST_PHRASE = 5, 9


class Resolver:
    """Goes through the finds in the order of the text and remembers who spoke."""

    def __init__(self, text: str, table: Table, sentences: Sequence[Sentence]) -> None:
        self.text, self.table = text, table
        self.memory = Memory(text, table, sentences)
        self.turns = self.memory.turns
        self.answerer: Turn | None = None

    def resolve(self, finds: Sequence[Found]) -> None:
        """Set `speaker`, `role` and the reason on every find."""
        if not self.memory.tokens:
            return
        outer: dict[int, Found] = {f.region: f for f in finds if f.region is not None and f.rule == "marks"}
        recent: list[Found] = []
        carried: list[int] = []

        def place(find: Found) -> tuple[int, bool]:
            """Speech inside speech comes after it, since only then is it known who says "I"."""
            at = find.cue[0] if find.cue else find.start
            whole = outer.get(find.region) if find.region is not None and find.rule != "marks" else None
            if whole is None:
                return at, False
            return max(at, whole.cue[0] if whole.cue else whole.start), True

        ordered = sorted(finds, key=place)
        for n, find in enumerate(ordered):
            sources.mend(self.memory, find, recent[-4:])
            recent.append(find)
            if find.mention is not None:
                around = outer.get(find.region) if find.region is not None and find.rule != "marks" else None
                self._mention(find, around)
            elif find.rule == "line":
                self._answer(find)
            elif find.rule == "marks":
                self._carry(find)
                carried.append(n)
        for n in carried:
            self._crosshead(ordered[n], ordered[n + 1 : n + FURTHEST])

    def _crosshead(self, find: Found, below: Sequence[Found]) -> None:
        """Words in marks that are a line of their own and come again below are said by who says them there."""
        text, (start, end) = self.text, (find.start, find.end)
        words = text[start:end].strip("\"'“”‘’«» .,")
        if len(words) < SHORTEST_LINE or text[start - 1 : start] != "\n" or not text.startswith("\n", end):
            return
        for other in below:
            if other.start >= end and other.speaker and words in text[other.start : other.end]:
                find.speaker, find.role = other.speaker, other.role
                find.why.append(f"{other.speaker} says the same words below")
                return

    def _labelled(self, label: str) -> Person | None:
        """Whose role a line's label gives ("DIVER:")."""
        if not label.isupper():
            return None
        fits = [p for p in self.table.people if label.lower() in (p.role or "").lower().split()]
        return fits[0] if len(fits) == 1 else None

    def _answer(self, find: Found) -> None:
        """A line that opens with "A:" is by the person who spoke last before the talk, or was named last; who asks stays open."""
        line = self.text.rfind("\n", 0, find.start) + 1
        if not self.text[line : find.start].lstrip().startswith("A:"):
            return
        turn, why = self.answerer or self.memory.turn(("person",)), "spoke last"
        if turn is None:
            turn, why = self._named_last(line), "is named last"
        if turn is None:
            return
        self.answerer = turn
        if not self.turns or self.turns[-1] is not turn:
            self.turns.append(turn)
        find.speaker, find.role = turn.name, turn.role
        find.why.append(f"{turn.name} {why} before these questions and answers")

    def _named_last(self, at: int) -> Turn | None:
        """The person named last before an offset."""
        led = [
            (p.places[bisect_left(p.places, at) - 1], p)
            for p in self.memory.around(at)
            if p.places and p.places[0] < at
        ]
        if not led:
            return None
        person = max(led, key=lambda each: each[0])[1]
        return Turn(at, person.name, person.role, "person", person.gender)

    def _carry(self, find: Found) -> None:
        """A find without attribution: by who leads the words before it, where that is somebody new, else the last speaker."""
        leader = self._leader(find)
        if leader is not None:
            turn, where = leader
            find.why.append(f"no attribution of its own: {turn.name} is named {where}")
            self.turns.append(turn)
        elif self.turns:
            turn = self.turns[-1]
            where = f"spoke last, {self.memory.far(turn.at, find.start)}"
            if turn.kind != "person" and ALONE.search(self.text, find.start, find.end):  # no body says "I"
                named_last = self._named_last(find.start)
                turn, where = (named_last, "is named last") if named_last else (turn, where)
            find.why.append(f"no attribution of its own: {turn.name} {where}")
        else:
            return
        find.speaker, find.role = turn.name, turn.role

    def _leader(self, find: Found) -> tuple[Turn, str] | None:
        """The subject of the sentence before a find, where it was named after the last speaker spoke."""
        memory = self.memory
        token = memory.told_before(find.start)
        if token is None:
            return None
        before = token.sent
        led = self.text[max(0, find.start - 20) : find.start].rstrip()[-1:] in (",", ":")
        last = self.turns[-1] if self.turns else None
        where = "just before it" if led else memory.far(before.start, find.start)
        for token in before.tokens:
            if token.start > find.start or token.dep not in grammar.SUBJECTS:
                continue
            person = named.named(self.table, grammar.phrase(token, conjuncts=False))
            if person is None and token.lower in FEMALE | MALE:
                person = memory.person_of(token)
            if person is None:
                continue
            if last is not None and (person.name == last.name or token.start < last.at):
                return None
            return Turn(find.end, person.name, person.role, "person", person.gender), where
        return None

    def _mention(self, find: Found, around: Found | None) -> None:
        assert find.mention is not None  # noqa: S101 - the caller saw to it
        start, end = find.mention
        run = self.memory.run(start, end)
        written = self.text[start:end]
        if self.text[end : end + 1] == ":" and (labelled := self._labelled(written)) is not None:
            find.why.append(f"{labelled.name} is the {written.lower()}")
            self._person(find, labelled, start)
        elif not run or (find.rule == "line" and named.named(self.table, run) is None):
            self._say(find, self.table.short.get(written.lower(), written), None, "other", at=start)
        elif run[0].lower in SELF and around is not None and around.speaker and self._own(run):
            find.speaker, find.role = around.speaker, around.role
            find.why.append(f"“{run[0].text}” is {around.speaker}, who says it")
        elif len(run) == 1 or (len(run) == 2 and run[1].lower in TOGETHER):
            self._single(find, run, written)
        elif not self._named(find, run, written):
            self._nominal(find, run, written)

    def _own(self, run: list[Token]) -> bool:
        """Whether "I", "we all" or "my statement" is the speaker himself: "my doctors" are others."""
        return (
            len(run) == 1
            or run[1].lower in TOGETHER
            or run[-1].lower.rstrip("s") in lexicon.words("nouns") | lexicon.words("documents")
        )

    def _single(self, find: Found, run: list[Token], written: str) -> None:
        """One word: a pronoun, a surname, a short form."""
        if run[0].lower in SELF:
            find.speaker = written
            find.why.append(f"“{written}” is whoever writes")
        elif run[0].lower in STANDS:
            self._pronoun(find, run[0], written)
        elif not self._named(find, run, written):
            self._nominal(find, run, written)

    def _named(self, find: Found, run: list[Token], written: str) -> bool:
        """A find whose source holds a name, or has one set beside it."""
        who: Person | str | None = named.named(self.table, run)
        if who is None:
            who = named.before_cue(self.table, run, find) or named.beside(self.table, run)
            whole = self.text[run[-1].end : run[-1].end + 1] == ","
            if isinstance(who, Person) and not who.role and whole:
                who.role = ARTICLES.sub("", named.written(self.text, run[run[0].lower in OWNERS :]))
        if isinstance(who, str):
            find.why.append(f"the name {who} stands beside it")
            self._say(find, who, None, "body", at=run[0].start)
        elif who is not None:
            self._full(find, who, run, written)
        return who is not None

    def _full(self, find: Found, person: Person, run: list[Token], written: str) -> None:
        """A find by a person whose name is there, in full or in part."""
        words = {w.lower() for w in person.name.split()}
        name = [t for t in run if t.lower in words]
        own = role_of(name) if name else None
        if own and not any(t.name == person.name for t in self.turns):
            person.role = own
        if person.name.lower() not in written.lower():
            find.why.append(f"the full name of {name[-1].text if name else written} is {person.name}")
        self._person(find, person, run[0].start)

    def _pronoun(self, find: Found, token: Token, written: str) -> None:
        """A find whose speaker is given by a pronoun alone; it keeps the pronoun where nobody fits."""
        memory, start = self.memory, token.start
        if token.lower in FEMALE | MALE:
            person = memory.person_of(token)
            if person is not None:
                find.why.append(f"“{token.text}” is {person.name}, {memory.placed(person, start)}")
                person.gender = person.gender or ("f" if token.lower in FEMALE else "m")
                self._person(find, person, start)
                return
            turn = memory.turn(("person", "someone"), token)
        elif token.lower in PLURAL:
            turn = memory.group_of(token)
        else:
            turn = memory.thing_of(token)
        if turn is None:
            self._say(find, written, None, "pronoun", at=start)
            return
        find.why.append(f"“{token.text}” is {turn.name}, {memory.far(turn.at, start)}")
        self._say(find, turn.name, turn.role, turn.kind, turn.gender, at=start)

    def _nominal(self, find: Found, run: list[Token], written: str) -> None:
        """A find whose source is described: a role, a body, a document, a group."""
        head = next((t for t in run if t.head not in run), run[-1])
        plural = head.tag in ("NNS", "NNPS") or any(t.dep == "cc" for t in run)
        if run[0].lower in OWNERS and head.lower in lexicon.words("group_nouns"):
            self._owned(find, run)
            return
        who = self._stands_for(head, run, written, plural=plural)
        if isinstance(who, Person):
            find.why.append(f"“{written}” is {who.name}, {self.memory.placed(who, run[0].start)}")
            self._person(find, who, run[0].start)
        elif who is not None:
            name, kind = who
            if name.lower() != ARTICLES.sub("", written).lower():
                find.why.append(f"“{written}” is {name}")
            self._say(find, name, None, kind, at=run[0].start)
        else:
            self._as_written(find, head, run, written, plural=plural)

    def _stands_for(
        self, head: Token, run: list[Token], written: str, *, plural: bool
    ) -> Person | tuple[str, str] | None:
        """The person, or the name and kind, that a description stands for."""
        bare = ARTICLES.sub("", written)
        full = self.table.short.get(bare.lower()) or self.memory.initials(bare)
        if full:
            return full, "body"
        owner = any(t.tag == "POS" for t in run)
        definite = run[0].lower in ("the", "this", "that", "both", "his", "her", "their", "its") or owner
        if plural or head.lower in ("couple", "pair", "duo"):
            pair = self.memory.pair(head, run) if definite or run[0].lower == "two" else None
            return (pair, "group") if pair else None
        if not definite:
            return None
        if head.lower in lexicon.words("documents") and (tokens := self.memory.document(head, run)) is not None:
            return self._owner_of(tokens), "document"
        if len(run) - 2 * sum(t.text == "-" for t in run) <= (LONGEST_PHRASE if owner else SHORTEST_PHRASE):
            who = self.memory.by_role(head, run)
            if isinstance(who, str):
                return who, "someone"
            if who is not None:
                return who
            kinds = lexicon.words("group_nouns") | self.table.kinds
            if head.lower in kinds and not owner and not any(t.ent for t in run):
                body = self.memory.body(head, run)
                return (body, "body") if body else None
        return None

    def _owner_of(self, tokens: list[Token]) -> str:
        """The full name of who owns a document."""
        written = named.written(self.text, tokens)
        person = named.named(self.table, tokens)
        if person is not None:
            return person.name
        head = next((t for t in tokens if t.head not in tokens), tokens[-1])
        if tokens[0].lower in FEMALE | MALE and (he := self.memory.person_of(tokens[0])) is not None:
            return he.name
        if tokens[0].lower in THING | PLURAL and (it := self.memory.thing_of(tokens[0])) is not None:
            return it.name
        if not any(t.ent for t in tokens):
            head = next((t for t in tokens if t.lower in lexicon.words("group_nouns")), head)
            tokens = [t for t in tokens if t is head or t.tag == "DT"]
        who = self._stands_for(head, tokens, written, plural=False) if head.lower not in OWNERS else None
        if who is None:
            return ARTICLES.sub("", written)
        return who.name if isinstance(who, Person) else who[0]

    def _as_written(self, find: Found, head: Token, run: list[Token], written: str, *, plural: bool) -> None:
        kind = "group" if plural else "document" if head.lower in lexicon.words("documents") else "body"
        if kind == "body" and is_role(head) and not head.ent:
            kind = "someone"
        bare = ARTICLES.sub("", written)
        strip = bare.lower() not in DOTTED and (any(t.ent for t in run) or run[0].lower == "the")
        self._say(find, bare if strip else written, None, kind, at=run[0].start)

    def _owned(self, find: Found, run: list[Token]) -> None:
        """A body that a pronoun owns: "its foreign ministry" is that of the country named before."""
        rest, owner = named.written(self.text, run[1:]), ""
        if run[0].lower in THING:
            thing = self.memory.thing_of(run[0])
            owner = f"{thing.name}'s " if thing is not None else ""
        elif run[0].lower in FEMALE | MALE and (person := self.memory.person_of(run[0])) is not None:
            of = OWNER.match(person.role or "")
            owner = of.group() if of else ""
        if owner:
            find.why.append(f"“{named.written(self.text, run)}” is {owner}{rest}")
        self._say(find, owner + rest, None, "body", at=run[0].start)

    def _person(self, find: Found, person: Person, at: int) -> None:
        self._say(find, person.name, person.role, "person", person.gender, at=at)

    def _say(self, find: Found, name: str, role: str | None, kind: str, gender: str = "", *, at: int) -> None:
        find.speaker, find.role = name.strip(" ,"), role
        if find.region is None or find.rule == "marks":
            self.turns.append(Turn(max(at, find.end), find.speaker, role, kind, gender))
