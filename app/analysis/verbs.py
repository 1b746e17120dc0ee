"""Speech found by a verb beside a name, for languages where sentences are built like that: rules over words, no parser.

Rules: "marks" (in quotation marks, with a verb, a colon or alone), "that" (NAME said that ...), "aside" (..., said NAME),
"according" (according to NAME, ...), "label" (NAME: "..."), "line" (a dash opens the speech), "mood" (German: he be ready).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from app.analysis import languages
from app.analysis.languages import ENDED, QUOTE, Lexicon
from app.analysis.marks import Region
from app.analysis.model import Found, Span
from app.analysis.naming import Mention, Names
from app.analysis.wording import AND, BOUND, Cue, Phrasing

REACH = 200
OPEN = -2  # the speech of a line goes on in its next sentence
DASH = re.compile(r"[—–][ \t]?(?=\S)")


class Reader:
    """Reads one text, sentence by sentence."""

    def __init__(self, text: str, lists: Lexicon, regions: Sequence[Region]) -> None:
        self.text, self.lists = text, lists
        self.regions = languages.outer(regions)
        self.region_starts = [r.start for r in self.regions]
        self.mask = languages.mask(text, regions)
        self.words = languages.words_of(self.mask, lists)
        self.starts = [w.start for w in self.words]
        self.names = Names(lists)
        self.phrases = Phrasing(self.mask, self.words, lists)
        self.finds: list[tuple[Found, Mention | None]] = []
        self.paragraph_has = False
        self.line = -1  # where the speech of a line that opens with a dash begins

    def find(self) -> list[Found]:
        """All finds, in order, with their speakers."""
        for place, name in self.phrases.full_names():
            self.names.add(place, name)
        for start, end in languages.sentences(self.text, self.mask, self.lists):
            self.sentence(start, end)
        self.finds.sort(key=lambda pair: pair[0].start)
        for find, mention in self.finds:
            if mention is not None and not self.lists.cased and mention.kind == "name":
                self.names.add(mention.start, mention.name)
            self.names.settle(find, mention)
        return [f for f, _ in self.finds]

    def sentence(self, start: int, end: int) -> None:
        """Clauses first; then what is left in quotation marks."""
        if "\n" in self.text[max(0, start - 3) : start] or not start:
            self.paragraph_has = False
            opened = DASH.match(self.mask, start)
            self.line = opened.end() if opened else -1
        a, b = bisect_left(self.starts, start), bisect_left(self.starts, end)
        regions = self.regions[bisect_left(self.region_starts, start) : bisect_left(self.region_starts, end)]
        cues = self.phrases.cues(a, b)
        before = len(self.finds)
        stop = end - (len(self.mask[start:end]) - len(self.mask[start:end].rstrip(" \t\r\n.!?…؟")))
        taken = self.according(start, stop, a, b, regions)
        cues = [c for c in cues if not any(s <= c.start < e for s, e in taken)]
        if not regions and cues and self.dashed(start, stop, cues):
            cues = []
        for order, cue in enumerate(cues):
            if any(s <= cue.start < e for s, e in taken):
                continue
            found = self.that(cue, cues[order + 1 :], start, stop) or self.aside(cue, start, stop, regions)
            if found:
                taken.append((found.start, found.end))
        previous: Found | None = None
        for region in regions:
            if not any(s <= region.start < e for s, e in taken):
                previous = self.direct(region, cues, start, end, previous) or previous
        if not regions and not cues and not self.dashed(start, stop, ()):
            self.subjunctive(start, stop, a, b)
        self.paragraph_has = self.paragraph_has or len(self.finds) > before

    def subject(self, cue: Cue, start: int, end: int) -> Mention | None:
        """Who speaks: before the verb in its own clause, after it, or before a clause set between commas."""
        lo = max(start, cue.start - REACH)
        cut = max((lo + m.end() for m in BOUND.finditer(self.mask[lo : cue.start])), default=lo)
        if hung := self.phrases.beside(cue):
            return hung
        hi = min(end, cue.end + REACH)
        bound = BOUND.search(self.mask, cue.end, hi)
        stop = self.phrases.until_that(cue.end, bound.start() if bound else hi)
        if not self.lists.cased:
            return self.phrases.stretch(cue.end, stop) or self.phrases.stretch(cut, cue.start)
        near = self.phrases.choose(cut, cue.start, last=True)
        after = None if near else self.phrases.choose(cue.end, stop, last=False)
        if near or after:
            return near or after
        if cut > lo and self.mask[cut - 1] in ",)":
            wide = max((lo + m.end() for m in re.finditer(rf"[;:—–{QUOTE}]", self.mask[lo:cut])), default=lo)
            return self.phrases.choose(wide, cut, last=False)
        return None

    def keep(self, find: Found, mention: Mention | None) -> Found:
        """Take a find, saying who is given for it."""
        if find.cue:
            spoken = self.text[find.cue[0] : find.cue[1]].casefold()
            for gender in ("feminine", "masculine"):
                if mention and not mention.gender and re.search(self.lists.flag(gender) or "$^", spoken):
                    mention.gender = gender[0]
            where = "" if mention is None else f" with “{self.text[mention.start : mention.end]}” beside it"
            find.why.insert(0, f"“{self.text[find.cue[0] : find.cue[1]]}”{where}")
            if self.negated(find.cue):
                find.mood = "negated"
        self.finds.append((find, mention))
        return find

    def negated(self, cue: Span) -> bool:
        """Whether a word of negation stands beside the verb."""
        i = bisect_left(self.starts, cue[0])
        near = self.words[max(0, i - 2) : i] + self.words[i + 1 : i + 2]
        close = [
            w
            for w in near
            if abs(w.start - cue[0]) < 40 and not BOUND.search(self.mask, min(w.end, cue[1]), max(w.start, cue[0]))
        ]
        return any(self.lists.has("negations", w.low) for w in close)

    def that(self, cue: Cue, later: Sequence[Cue], start: int, stop: int) -> Found | None:
        """NAME said that ...: the clause from its conjunction to the end of the sentence or the next verb beside it."""
        opened = self.phrases.that_after(cue.end, min(stop, cue.end + REACH))
        rule, why = "that", "a clause with a conjunction"
        if opened is None and self.lists.flag("subjunctive"):
            opened, rule, why = self.phrases.reported_after(cue.end, stop), "mood", "a clause in reported mood"
        if opened is None or opened >= stop:
            return None
        for other in later:
            prior = self.words[other.first - 1]
            joined = prior.low in AND or self.phrases.hung(self.words[other.first].low)
            if joined and prior.start > opened + 12:
                stop = prior.start if prior.low in AND else other.start
                stop = opened + len(self.mask[opened:stop].rstrip(" ,;،"))
                break
        mention = self.subject(cue, start, stop)
        if mention is None and not self.lists.flag("dropped"):
            return None
        if len(languages.WORD.findall(self.text[opened : min(stop, opened + 400)])) < 3:
            return None
        return self.keep(Found([(opened, stop)], (cue.start, cue.end), rule=rule, why=[why], score=0.75), mention)

    def aside(self, cue: Cue, start: int, stop: int, regions: Sequence[Region]) -> Found | None:
        """..., said NAME: what stands before the comma, where nothing but the speaker follows."""
        gap = self.mask[max(start, cue.start - 3) : cue.start].rstrip()
        if not gap.endswith((",", "،")) or not self.lists.cased:
            return None
        comma = start + len(self.mask[start : cue.start].rstrip()) - 1
        words = len(languages.WORD.findall(self.text[start : min(comma, start + 2000)]))
        left = len(languages.WORD.findall(self.mask[cue.end : min(stop, cue.end + 300)]))
        inside = sum(r.end - r.start for r in regions if r.end <= comma)
        if words < 3 or left > 14 or inside > 0.8 * (comma - start) or self.mask[start] in "—–":
            return None
        mention = self.subject(cue, start, stop)
        if (mention is None or mention.start < cue.start) and not (
            mention is None and left < 3 and self.lists.flag("dropped")
        ):
            return None
        if any(r.start >= cue.end and r.start < stop for r in regions):
            return None
        return self.keep(
            Found(
                [(start, comma)], (cue.start, cue.end), rule="aside", why=["the verb closes the sentence"], score=0.7
            ),
            mention,
        )

    def according(self, start: int, stop: int, a: int, b: int, regions: Sequence[Region]) -> list[Span]:
        """According to NAME, ... or ..., according to NAME."""
        for i in range(a, b):
            n = self.lists.according.at(self.words, i)
            if not n or i + n >= b:
                continue
            cue = self.words[i].start, self.words[i + n - 1].end
            mention = self.phrases.source(cue[1], stop)
            if mention is None:
                continue
            if i > a and len(self.mask[start : cue[0]].strip()) > 15:
                spans = [(start, start + len(self.mask[start : cue[0]].rstrip(" ,،—–")))]
                rest = self.mask[mention.end : stop]
                if len(rest.split()) > 2 and (self.lists.flag("verb_second") or rest.lstrip(" )")[:1] == ","):
                    spans.append((stop - len(rest.lstrip(" ),")), stop))
            else:
                opened = self.phrases.after_source(mention.end, stop)
                spans = [(opened, stop)]
            if len(languages.WORD.findall(self.text[spans[0][0] : min(spans[0][1], spans[0][0] + 400)])) < 3:
                continue
            self.keep(Found(spans, cue, rule="according", why=["a phrase that names the source"], score=0.75), mention)
            return (
                [(spans[0][0], max(spans[-1][1], mention.end))] if len(spans) > 1 else [*spans, (cue[0], mention.end)]
            )
        return []

    def direct(self, region: Region, cues: Sequence[Cue], start: int, end: int, previous: Found | None) -> Found | None:
        """A quotation, where it is speech: a verb or a colon beside it, or a sentence of its own."""
        count = languages.length(self.text, region.inner, self.lists)
        if not count:
            return None
        before, after = self.mask[start : region.start].rstrip(), self.mask[region.end : end]
        last = self.text[region.start : region.end - region.closed].rstrip()[-1:]
        ended = last in ENDED or last == "," or after.lstrip()[:1] in tuple(",.!?…")
        right = self._right(region, cues)
        left = next((c for c in reversed(cues) if c.end <= region.start and region.start - c.end < REACH), None)
        found = Found([(region.start, region.end)], rule="marks", why=["in quotation marks"], score=0.9)
        if (
            previous
            and previous.cue
            and previous.end <= previous.cue[0] < region.start
            and before.endswith((",", "—", "–"))
        ):
            previous.spans.append((region.start, region.end))
            return None
        cue = left if left and (not right or before.endswith(":")) else right
        if before.endswith(":") and left is None:
            return self._label(found, start, region, count)
        named = before.split()[-1:] and self.lists.has("works", before.split()[-1].casefold())
        if named and not before.endswith(":"):
            return None
        if cue is None:
            return self._alone(found, region, before, after, count, ended)
        opening = not before or before[-1] in ",:—–"
        near = opening and (before.endswith(":") or cue is right or ended)
        if not near and (count < 3 or (count < 4 and not ended) or self._title(region, ended)):
            return None
        if near and count < 3 and not ended and not before.endswith(":") and cue is not right:
            return None
        found.cue = cue.start, cue.end
        return self.keep(found, self.subject(cue, start, end))

    def _right(self, region: Region, cues: Sequence[Cue]) -> Cue | None:
        """The first verb after a quotation, with no more between than a name."""
        cue = next((c for c in cues if c.start >= region.end), None)
        if cue is None or cue.start - region.end > 80:
            return None
        gap = self.mask[region.end : cue.start].lstrip(" ,،—–-")
        return None if BOUND.search(gap) or len(gap.split()) > 5 else cue

    def _title(self, region: Region, ended: bool) -> bool:
        """Whether a quotation is written as a title is: each longer word with a capital."""
        long = [
            w
            for w in languages.WORD.findall(self.text[region.start : min(region.end, region.start + 200)])
            if len(w) > 3
        ]
        return (
            self.lists.cased
            and not self.lists.flag("nouns")
            and not ended
            and bool(long)
            and all(w[0].isupper() for w in long)
        )

    def _label(self, found: Found, start: int, region: Region, count: int) -> Found | None:
        words = self.mask[start : region.start]
        mention = (
            self.phrases.choose(start, region.start, last=False)
            if self.lists.cased
            else self.phrases.stretch(start, region.start)
        )
        if len(words.split()) > 8 or QUOTE in words:
            mention = None
        if mention is None and count < 4:
            return None
        found.rule, found.score = ("label", 0.75) if mention else ("marks", 0.65)
        found.why.append("a colon before it")
        return self.keep(found, mention)

    def _alone(self, found: Found, region: Region, before: str, after: str, count: int, ended: bool) -> Found | None:
        """A quotation without a verb: speech where it is whole sentences, or goes on from the paragraph before."""
        goes_on = region.continues or not region.closed
        whole = not before and not after.strip(" \t\r\n.,!?…")
        if not (goes_on and count > 3) and not (whole and ended and count > (1 if self.paragraph_has else 3)):
            return None
        inside = self._inside(region) if self.lists.flag("inside") else None
        if inside:
            cue, mention, found.spans = inside
            found.cue, found.why = (cue.start, cue.end), ["in quotation marks, with the verb inside them"]
            return self.keep(found, mention)
        found.score = 0.65
        found.why.append("sentences of their own")
        return self.keep(found, None)

    def _inside(self, region: Region) -> tuple[Cue, Mention, list[Span]] | None:
        """«..., said NAME, ...»: an attribution that stands inside the marks."""
        a, b = region.inner
        words = [
            replace(w, start=w.start + a, end=w.end + a)
            for w in languages.words_of(self.text[a : min(b, a + 3000)], self.lists)
        ]
        within = Phrasing(self.text, words, self.lists)
        for cue in within.cues(0, len(words)):
            left = a + len(self.text[a : cue.start].rstrip(" —–"))
            bound = re.compile(r"[,.;—–]").search(self.text, cue.end, b)
            stop = bound.start() if bound else b
            mention = within.beside(cue) or within.choose(cue.end, stop, last=False)
            if left <= a or self.text[left - 1] not in ",!?…" or mention is None or stop - cue.end > 120:
                continue
            right = stop + len(self.text[stop:b]) - len(self.text[stop:b].lstrip(",.;—– "))
            return cue, mention, [(region.start, left), *([(right, region.end)] if right < b - 2 else [])]
        return None

    def dashed(self, start: int, stop: int, cues: Sequence[Cue]) -> bool:
        """— Speech, — said NAME. A line that opens with a dash and has a verb after another one."""
        last = self.finds[-1][0] if self.finds else None
        if (
            last
            and last.rule == "line"
            and self.paragraph_has
            and (self.line == OPEN or (self.line < 0 and self.mask[start] in "—–"))
        ):
            opened = DASH.match(self.mask, start)
            last.spans.append((opened.end() if opened else start, stop))
            return True
        if self.line < 0 or not cues:
            return False
        cue = cues[0]
        close = self.line + len(self.mask[self.line : cue.start].rstrip(" \t—–"))
        if close <= self.line or not re.search("[,!?….—–]", self.mask[close - 1 : cue.start]):
            return False
        spans = [(self.line, close)]
        again = re.compile(r"[—–][.,;:]?\s*").search(self.mask, cue.end, stop)
        if again and again.end() < stop:
            spans.append((again.end(), stop))
        found = Found(spans, (cue.start, cue.end), rule="line", why=["a dash opens it"], score=0.8)
        self.keep(found, self.subject(cue, max(self.line, start), again.start() if again else stop))
        self.line = OPEN if again and again.end() >= stop else -1
        return True

    def subjunctive(self, start: int, stop: int, a: int, b: int) -> None:
        """A sentence in reported mood that follows reported speech."""
        if self.paragraph_has and any(self.lists.has("subjunctive", w.low) for w in self.words[a:b]) and b - a > 3:
            self.keep(Found([(start, stop)], rule="mood", why=["in reported mood, after speech"], score=0.6), None)
