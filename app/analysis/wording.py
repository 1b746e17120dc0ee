"""Verbs of speech, names and descriptions among the words of a text, by lists and capitals alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.analysis import languages
from app.analysis.languages import QUOTE, Lexicon, Word
from app.analysis.naming import NAME, NOMINAL, PRONOUN, Mention, tidy

AND = frozenset(("y", "e", "et", "und", "и", "і", "та", "en", "و"))
BOUND = re.compile(rf"[,;:—–()؛،\n{QUOTE}]|(?<!\b\w)(?<!\b\w\w)\.(?=\s|$)")
HARD = re.compile(rf"[;:—–؛\n{QUOTE}]|\.(?=\s|$)")
JOINS = (" ", "-", "’", "'", ". ", " ", "‑")


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb of speech, from its auxiliary on; `first` and `last` are its words."""

    start: int
    end: int
    first: int
    last: int


class Phrasing:
    """Looks among words in order; `narrative` is the text that they stand in."""

    def __init__(self, narrative: str, words: Sequence[Word], lists: Lexicon) -> None:
        self.narrative, self.words, self.lists = narrative, words, lists
        self.starts = [w.start for w in words]

    def cues(self, a: int, b: int) -> list[Cue]:
        """The verbs of speech among some words."""
        out: list[Cue] = []
        has, words, auxiliary = self.lists.has, self.words, -100
        for i in range(a, b):
            low = words[i].low
            if has("auxiliaries", low):
                auxiliary = i
            past = has("participles", low) and i - auxiliary <= self.lists.data["reach"]
            n = self.lists.verbs.at(words, i) or int(past or self.hung(low) or (has("asides", low) and self._comma(i)))
            prev = words[i - 1].low if i > a else ""
            nominal = has("articles", prev) or (has("prepositions", prev) and prev not in AND)
            if not n or i + n > b or (nominal and not past):
                continue
            first = auxiliary if past and i - auxiliary <= 2 else i
            if BOUND.search(self.narrative, words[first].start, words[i].start):
                first = i
            out.append(Cue(words[first].start, words[i + n - 1].end, first, i + n - 1))
        return out

    def hung(self, low: str) -> bool:
        """Whether a word is a verb of speech behind a conjunction written as one with it (Arabic "and said")."""
        return len(low) > 3 and self.lists.has("proclitics", low[0]) and self.lists.has("verbs", low[1:])

    def _comma(self, i: int) -> bool:
        start = self.words[i].start
        return self.narrative[max(0, start - 3) : start].rstrip()[-1:] in (",", QUOTE)

    def full_names(self) -> Iterator[tuple[int, str]]:
        """Every name of two words or more, and where."""
        i = 0
        while self.lists.cased and i < len(self.words):
            j = self._run(i, len(self.words))
            if j > i:
                k, _ = self._titles(i, j)
                if j - k > 1 and not self._compound(i, j):
                    yield self.words[k].start, self.narrative[self.words[k].start : self.words[j - 1].end]
            i = max(j, i + 1)

    def _compound(self, i: int, j: int) -> bool:
        """Where nouns have capitals: "the nomination of Ada Berg", which is no name though a particle joins it."""
        if not self.lists.flag("nouns") or not any(w.text.islower() for w in self.words[i:j]) or not i:
            return False
        low = self.words[i - 1].low
        return self.lists.has("articles", low) or self.lists.has("prepositions", low)

    def _gap(self, i: int) -> str:
        """What stands between a word and the one before."""
        return self.narrative[self.words[i - 1].end : self.words[i].start] if i else "\n"

    def _run(self, i: int, b: int) -> int:
        """Where a row of capitalised words, joined by particles, ends; `i` where none begins."""
        words, has = self.words, self.lists.has
        if not words[i].text[0].isupper() or has("dates", words[i].low) or not self._may_begin(i):
            return i
        j = i + 1
        while j < b and j - i < 8:
            gap = self._gap(j)
            if gap not in JOINS or (
                gap == ". " and len(words[j - 1].text) > 2 and not has("honorifics", words[j - 1].low)
            ):
                break
            k = j
            titled = self.lists.nominal(words[j - 1].low)
            while (
                not titled
                and k < min(b, j + 3)
                and (has("particles", words[k].low) or (k > j and has("articles", words[k].low)))
                and words[k].text[0].islower()
                and (k == j or self._gap(k) == " ")
            ):
                k += 1
            if (
                k >= b
                or not words[k].text[0].isupper()
                or has("dates", words[k].low)
                or (k > j and self._gap(k) not in JOINS)
            ):
                break
            if k > j and any(words[x].low in AND for x in range(j, k)):
                break
            j = k + 1
        return j

    def _may_begin(self, i: int) -> bool:
        """A word with a capital that begins a sentence and is no name in itself."""
        low = self.words[i].low
        has = self.lists.has
        if (
            has("particles", low)
            and not has("articles", low)
            and i + 1 < len(self.words)
            and self.words[i + 1].text[0].isupper()
            and self._gap(i + 1) == " "
        ):
            return True
        return not (
            has("adverbs", low)
            or has("prepositions", low)
            or has("articles", low)
            or has("auxiliaries", low)
            or low in self.lists.pronouns
        )

    def _titles(self, i: int, j: int) -> tuple[int, str]:
        """Where in a row of capitalised words the name begins, behind titles; and the gender they tell."""
        gender, k = "", i
        while k < j and (self.lists.nominal(self.words[k].low) or self.words[k].low in self.lists.honorifics):
            gender = self.lists.honorifics.get(self.words[k].low, gender)
            k += 1
        return (k, gender) if k < j else (i, "")

    def _governed(self, i: int, a: int) -> bool:
        """Whether a preposition, or one and an article, stands before a word."""
        has = self.lists.has
        for k in (i - 1, i - 2):
            if k < a or BOUND.search(self._gap(k + 1)):
                return False
            low = self.words[k].low
            if has("prepositions", low):
                return low not in AND
            if not has("articles", low):
                return False
        return False

    def candidates(self, a: int, b: int, *, oblique: bool = False) -> list[Mention]:
        """Names, descriptions and pronouns between two words that no preposition governs; descriptions in another case
        than that of a subject only where they are asked for."""
        nominal = self.lists.nominal if oblique else self.lists.subject
        out: list[Mention] = []
        i = a
        while i < b:
            low = self.words[i].low
            j = self._run(i, b) if self.lists.cased else i
            article = i > a and self.lists.has("articles", self.words[i - 1].low) and self._gap(i) in JOINS
            found: Mention | None = None
            if j > i:
                found = self._name(i, j, article, a)
            if found is None and (nominal(low) or (self.lists.flag("nouns") and article and j == i + 1)):
                j = self._nominal_end(i, b)
                start = self.words[i - 1].start if article else self.words[i].start
                found = Mention(start, self.words[j - 1].end, NOMINAL, self._words(i, j), None)
            if found is None and low in self.lists.pronouns:
                found = Mention(
                    self.words[i].start, self.words[i].end, PRONOUN, self.words[i].text, None, self.lists.pronouns[low]
                )
            if found and not self._governed(i, a):
                out.append(found)
            i = max(i + 1, j)
        return out

    def _described(self, i: int, a: int) -> bool:
        """Where nouns have capitals: whether an adjective stands before a lone one, which makes it no name."""
        before = self.words[i - 1] if i > a else None
        if before is None or not self.lists.flag("nouns") or not before.text.islower() or self._gap(i) != " ":
            return False
        return not self.lists.has("adverbs", before.low) and not self.lists.verbs.at(self.words, i - 1)

    def _words(self, i: int, j: int) -> str:
        return tidy(self.narrative[self.words[i].start : self.words[j - 1].end])

    def _name(self, i: int, j: int, article: bool, a: int) -> Mention | None:
        """A name; where all nouns have capitals, a lone one behind an article is none."""
        k, gender = self._titles(i, j)
        single = k == i and j - i == 1
        if single and (self.words[i].low in self.lists.honorifics or self._described(i, a)):
            return None
        if single and (self.lists.nominal(self.words[i].low) or (article and self.lists.flag("nouns"))):
            return None
        role = self._role_before(k, self.words[k].start) or self._role_after(self.words[j - 1].end)
        start = self.words[i].start if self.lists.honorifics.get(self.words[i].low) is None else self.words[k].start
        gender = gender or self.lists.gender(role or "")
        return Mention(
            start if k == i else self.words[k].start, self.words[j - 1].end, NAME, self._words(k, j), role, gender
        )

    def _nominal_end(self, i: int, b: int) -> int:
        """A description with what belongs to it: "the minister of the interior"."""
        has, j = self.lists.has, i + 1
        if self.lists.flag("genitive"):
            while (
                j < min(b, i + 4)
                and self._gap(j) == " "
                and not has("prepositions", self.words[j].low)
                and self.words[j].text[0].islower()
            ):
                if self.lists.verbs.at(self.words, j) or self.lists.has("adverbs", self.words[j].low):
                    break
                j += 1
            return j
        while j < b and j - i < 9 and self._gap(j) == " " and has("of", self.words[j].low):
            k = j + 1
            while (
                k < b and self._gap(k) in JOINS and (has("articles", self.words[k].low) or has("of", self.words[k].low))
            ):
                k += 1
            if k >= b or self._gap(k) not in JOINS:
                break
            j = max(k + 1, self._run(k, b))
        return j

    def _role_before(self, i: int, limit: int) -> str | None:
        """The description that stands directly before a name, or before it and a comma."""
        best = None
        for k in range(i - 1, max(-1, i - 10), -1):
            gap = self._gap(k + 1)
            low = self.words[k].low
            if BOUND.search(gap) and not (k == i - 1 and gap.strip() == ","):
                break
            if low in self.lists.pronouns or self.lists.verbs.at(self.words, k) or self.lists.has("auxiliaries", low):
                break
            if self.lists.nominal(low):
                best = k
            elif k == i - 1 and self.lists.has("prepositions", low):
                break
        return tidy(self.narrative[self.words[best].start : limit]) if best is not None else None

    def _role_after(self, end: int) -> str | None:
        """NAME, minister of the interior, ..."""
        match = re.compile(rf",\s+([^,.;:—–(\n{QUOTE}]{{3,80}})(?=[,.;:—–(\n{QUOTE}])").match(self.narrative, end)
        if not match:
            return None
        words = list(languages.WORD.finditer(match[1]))
        while words and self.lists.has("articles", words[0].group().casefold()):
            words.pop(0)
        if not words or not self.lists.nominal(words[0].group().casefold()):
            return None
        return tidy(match[1][words[0].start() :])

    def choose(self, start: int, end: int, *, last: bool, oblique: bool = False) -> Mention | None:
        """Who is meant in a stretch: a name before a description before a pronoun."""
        found = self.candidates(bisect_left(self.starts, start), bisect_left(self.starts, end), oblique=oblique)
        for kind in (NAME, NOMINAL, PRONOUN):
            of_kind = [m for m in found if m.kind == kind]
            if of_kind:
                return of_kind[-1 if last else 0]
        return None

    def stretch(self, start: int, end: int) -> Mention | None:
        """Where there are no capitals: all words up to a preposition, titles first and the name behind them."""
        a, b = bisect_left(self.starts, start), bisect_left(self.starts, end)
        j = a
        while j < min(b, a + 12) and not (j > a and BOUND.search(self._gap(j))):
            if self.lists.has("prepositions", self.words[j].low) or self.lists.has("that", self.words[j].low):
                break
            j += 1
        if j == a:
            return None
        low = self.words[a].low
        if low in self.lists.pronouns:
            return Mention(
                self.words[a].start, self.words[a].end, PRONOUN, self.words[a].text, None, self.lists.pronouns[low]
            )
        low = low[2:] if low.startswith("لل") else low
        titled = any(self.lists.nominal(w) for w in (low, low.removeprefix("ل"), "ال" + low))
        k = a
        if titled:
            k += 1
            while k < j and (
                self.words[k].text.startswith("ال")
                or self.lists.nominal(self.words[k].low)
                or self.lists.has("of", self.words[k - 1].low)
            ):
                k += 1
            if k == j == a + 2 and self.words[a].text.startswith("ال"):
                k = a + 1
        while k < j and self.words[k].low in self.lists.honorifics:
            k += 1
        span = self.words[a].start, self.words[j - 1].end
        if k >= j or self.lists.has("of", self.words[min(a + 1, j - 1)].low):
            name = self._words(a, j)
            return Mention(*span, NOMINAL, "ال" + name[2:] if name.startswith("لل") else name)
        return Mention(*span, NAME, self._words(k, j), self._words(a, k) if k > a and titled else None)

    def until_that(self, start: int, end: int) -> int:
        """Where the first conjunction of a stretch begins; its end where none."""
        for k in range(bisect_left(self.starts, start), bisect_left(self.starts, end)):
            if self.lists.has("that", self.words[k].low):
                return self.words[k].start
        return end

    def that_after(self, start: int, end: int) -> int | None:
        """Where the clause that a verb reports begins, on its conjunction."""
        at = self.until_that(start, end)
        gap = self.narrative[start:at]
        if at == end or HARD.search(gap) or len(gap.split()) > 14:
            return None
        if self.lists.flag("relative"):
            return at if gap.rstrip().endswith(",") else None
        return at if gap.count(",") % 2 == 0 else None

    def reported_after(self, start: int, stop: int) -> int | None:
        """Where a clause without conjunction but in reported mood begins, behind the comma."""
        bound = BOUND.search(self.narrative, start, min(stop, start + 120))
        if not bound or bound.group() != ",":
            return None
        a = bisect_left(self.starts, bound.end())
        near = [w for w in self.words[a : a + 14] if w.start < stop]
        if any(self.lists.has("subjunctive", w.low) for w in near):
            return near[0].start
        return None

    def source(self, start: int, stop: int) -> Mention | None:
        """Whom "according to" names."""
        bound = BOUND.search(self.narrative, start, min(stop, start + 150))
        end = bound.start() if bound else min(stop, start + 150)
        if not self.lists.cased:
            return self.stretch(start, end)
        found = self.choose(start, end, last=False, oblique=True)
        return found if found and len(self.narrative[start : found.start].split()) <= 6 else None

    def after_source(self, end: int, stop: int) -> int:
        """Where the content begins behind a fronted source: after its comma, and after an apposition's second."""
        comma = re.compile("[,،]").search(self.narrative, end, min(stop, end + 60))
        if not comma:
            return end + len(self.narrative[end:stop]) - len(self.narrative[end:stop].lstrip(" )"))
        role = self._role_after(comma.start())
        at = comma.end() + (len(role) + 3 if role else 0)
        second = self.narrative.find(",", comma.end(), min(stop, comma.end() + 90)) if role else -1
        at = second + 1 if second > 0 else comma.end()
        return at + len(self.narrative[at:stop]) - len(self.narrative[at:stop].lstrip())

    def beside(self, cue: Cue) -> Mention | None:
        """A pronoun hung on the verb ("dit-il", "a-t-elle ajouté")."""
        hung = self.lists.sets.get("inverted", frozenset())
        for k in range(cue.first + 1, min(len(self.words), cue.last + 2)):
            word = self.words[k]
            if word.low in hung and self._gap(k) in ("-", "-t-", ""):
                return Mention(word.start, word.end, PRONOUN, word.text, None, self.lists.pronouns.get(word.low, ""))
        return None
