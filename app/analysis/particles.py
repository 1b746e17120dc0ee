"""Speech in Korean and Japanese: who is marked as the topic, what was said ends in a particle, and the verb comes last.

Rules: "marks" (in quotation marks, with particle and verb, or a sentence of its own), "that" (NAME-topic ... -particle verb),
"according" (NAME-particle "according to", ...).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from app.analysis import languages
from app.analysis.languages import ENDED, QUOTE, Lexicon
from app.analysis.marks import Region
from app.analysis.model import Found
from app.analysis.naming import NAME, NOMINAL, PRONOUN, Mention, Names

FAR = 400
BRACKETS = re.compile(r"[（(][^）)]{0,30}[）)]")


def either(entries: Sequence[str]) -> str:
    """A pattern for any of some words, the longest first."""
    return "|".join(re.escape(e) for e in sorted(entries, key=lambda e: -len(e)))


class Reader:
    """Reads one text, sentence by sentence."""

    def __init__(self, text: str, lists: Lexicon, regions: Sequence[Region]) -> None:
        self.text, self.lists = text, lists
        self.korean = lists.code == "ko"
        self.regions = languages.outer(regions)
        self.region_starts = [r.start for r in self.regions]
        self.mask = languages.mask(text, regions)
        self.names = Names(lists)
        self.begun: dict[str, list[tuple[int, str, str | None]]] = {}  # names by their first letter
        self.finds: list[tuple[Found, Mention | None]] = []
        data = lists.data
        self.verb = re.compile(either(data["verbs"]))
        self.quotative = re.compile(data["quotative"])
        self.called = re.compile(rf"\s*(?:{either(data['called'])})")
        self.source = re.compile(data["according"])
        self.title = re.compile(rf"(.*?)({either(data['titles'])})$", re.DOTALL)
        self.group = re.compile(rf"(?:{either(data['groups'])})$")
        blank = r"(?=\s|,|$|\x01)" if self.korean else ""
        self.topic = re.compile(rf"(?:{either(data['topics'])}){blank}")
        self.clause = re.compile(
            rf"(?:다|라|자|냐)(고)\s+(?:[^\s,]+\s+){{0,2}}?({either(data['verbs'])})"
            if self.korean
            else rf"(と)、?({either(data['verbs'])})"
        )

    def find(self) -> list[Found]:
        """All finds, in order, with their speakers."""
        for match in re.finditer(either(self.lists.data["titles"]), self.mask):
            mention = self.who(0, match.end())
            if mention and mention.kind == NAME and len(mention.name) > (1 if self.korean else 2):
                self.begun.setdefault(mention.name[0], []).append((mention.start, mention.name, mention.role))
        for start, end in languages.sentences(self.text, self.mask, self.lists):
            self.sentence(start, end)
        self.finds.sort(key=lambda pair: pair[0].start)
        for find, mention in self.finds:
            if mention is not None and mention.kind == NAME:
                mention.name = self.fullest(mention)
            self.names.settle(find, mention)
        return [f for f, _ in self.finds]

    def fullest(self, mention: Mention) -> str:
        """The name before that begins with this one and, where both have a title, has the same."""
        if len(mention.name) > (1 if self.korean else 3):
            return mention.name
        begun = self.begun.get(mention.name[0], [])
        at = bisect_left(begun, (mention.start, ""))
        known = [
            k for k in begun[max(0, at - 30) : at] if k[1].startswith(mention.name) and len(k[1]) > len(mention.name)
        ]
        titled = [k for k in known if mention.role and k[2] and k[2].endswith(mention.role)]
        return (titled or known)[-1][1] if known else mention.name

    def sentence(self, start: int, end: int) -> None:
        """Quotations with their particle and verb; where none, a clause with them."""
        regions = self.regions[bisect_left(self.region_starts, start) : bisect_left(self.region_starts, end)]
        stop = start + len(self.mask[start:end].rstrip(" \t\r\n.。!?！？"))
        found = [f for r in regions if (f := self.direct(r, start, end)) is not None]
        if not found and not self.according(start, stop):
            self.indirect(start, stop)

    def direct(self, region: Region, start: int, end: int) -> Found | None:
        """A quotation, where it is speech."""
        count = languages.length(self.text, region.inner, self.lists)
        after = self.mask[region.end : min(end, region.end + FAR)]
        found = Found([(region.start, region.end)], rule="marks", why=["in quotation marks"], score=0.9)
        particle = self.quotative.match(after)
        cue = self.verb.search(after, particle.end()) if particle else None
        if particle and not self.called.match(after, particle.end()) and count:
            named = not self.korean and cue and cue.start() - particle.end() > 25
            if cue and not named and (count > 1 or cue.start() - particle.end() < 3):
                found.cue = region.end + cue.start(), region.end + cue.end()
                return self.keep(
                    found,
                    self.subject(start, region.start)
                    or self.subject(region.end + particle.end(), region.end + cue.start()),
                )
            if re.match("이?라(?:며|면서)", particle.group()):
                found.cue = region.end, region.end + particle.end()
                return self.keep(found, self.subject(start, region.start))
        before = self.mask[start : region.start].strip()
        last = self.text[region.start : region.end - region.closed].rstrip()[-1:]
        cue = self.verb.search(after)
        if self.korean and cue and not before and last in ENDED and count > 2:
            found.cue = region.end + cue.start(), region.end + cue.end()
            return self.keep(found, self.subject(region.end, found.cue[0]))
        if before.endswith((":", "：")) and count > 2:
            found.why.append("a colon before it")
            return self.keep(found, self.who(start, region.start - 1))
        whole = not before and not after.strip(" \t\r\n.。")
        if count > 3 and whole and (last in ENDED or not region.closed or not self.korean):
            found.score = 0.65
            found.why.append("sentences of their own")
            return self.keep(found, None)
        return None

    def keep(self, find: Found, mention: Mention | None) -> Found:
        """Take a find, saying who is given for it."""
        if find.cue:
            where = "" if mention is None else f" with “{self.text[mention.start : mention.end]}” as its topic"
            find.why.insert(0, f"“{self.text[find.cue[0] : find.cue[1]]}”{where}")
        self.finds.append((find, mention))
        return find

    def subject(self, start: int, end: int) -> Mention | None:
        """The best topic of a stretch: somebody with a title, a pronoun, then a group; the last of each."""
        start = max(start, end - FAR)
        ranked: list[tuple[int, Mention]] = []
        for match in self.topic.finditer(self.mask, start, end):
            mention = self.who(start, match.start())
            if mention is not None:
                ranked.append((0 if mention.role else 1 if mention.kind != NOMINAL else 2, mention))
        return min(ranked, key=lambda pair: (pair[0], -pair[1].start))[1] if ranked else None

    def who(self, start: int, end: int) -> Mention | None:
        """Somebody whose name or description ends at a place."""
        start = max(start, end - 60)
        before = re.split(rf"[、。，,:：\n{QUOTE}]", self.mask[start:end])[-1]
        at = end - len(before)
        plain = BRACKETS.sub(lambda m: " " * len(m.group()), before).rstrip()
        return self._korean(plain, at) if self.korean else self._japanese(plain, at)

    def _korean(self, plain: str, at: int) -> Mention | None:
        words = [(m.start(), m.group()) for m in re.finditer(r"\S+", plain)][-5:]
        if not words:
            return None
        place, last = words[-1]
        last = last.removesuffix("측") if len(last) > 2 else last
        end = at + place + len(last)
        if last in self.lists.pronouns:
            return Mention(at + place, end, PRONOUN, last, None, self.lists.pronouns[last])
        title = self.title.match(last)
        if title and (len(words) > 1 or title[1]):
            if len(title[1]) in (2, 3, 4) and self._surname(title[1]):
                return Mention(at + place, end, NAME, title[1], self._role(title[2]))
            if len(title[1]) == 1 and self._surname(title[1]):
                return Mention(at + place, end, NAME, title[1], self._role(title[2]))
            for k in range(len(words) - 2, max(-1, len(words) - 5), -1):
                name = words[k][1]
                if self._surname(name) and (len(name) == 3 or (k == len(words) - 2 and len(name) in (1, 2, 4))):
                    role = " ".join(w for _, w in [*words[k + 1 : -1], (0, last)])
                    return Mention(at + words[k][0], end, NAME, name, self._role(role))
            first = words[-2][0] if len(words) > 1 else place
            return Mention(at + place, end, NOMINAL, self.text[at + first : end] if not title[1] else last)
        if self.group.search(last):
            return Mention(at + place, end, NOMINAL, last)
        if len(last) == 3 and self._surname(last) and all("가" <= c <= "힣" for c in last) and len(words) == 1:
            return Mention(at + place, end, NAME, last)
        return None

    @staticmethod
    def _role(role: str) -> str | None:
        return None if role in ("씨", "군", "양") else role

    def _surname(self, name: str) -> bool:
        if self.lists.has("adverbs", name) or name[-1] == "당":
            return False
        return name[0] in self.lists.data["surnames"] and all("가" <= c <= "힣" for c in name)

    def _japanese(self, plain: str, at: int) -> Mention | None:
        cut = max(plain.rfind(c) for c in "のではがも ") + 1
        words = plain[cut:]
        start, end = at + cut, at + len(plain)
        if words in self.lists.pronouns:
            return Mention(start, end, PRONOUN, words, None, self.lists.pronouns[words])
        title = self.title.match(words)
        if title and self.group.search(title[1]):
            return Mention(start, end, NOMINAL, words)
        if title and title[1] and not self.group.search(words):
            role = title[2]
            while (more := self.title.match(title[1])) and len(more[1]) > 1:
                title, role = more, more[2] + role
            return Mention(start, end, NAME, title[1], None if role in ("さん", "氏", "ちゃん", "君", "様") else role)
        if title and not title[1]:
            return Mention(start, end, NOMINAL, words)
        if self.group.search(words):
            return Mention(start, end, NOMINAL, words)
        return None

    def indirect(self, start: int, stop: int) -> None:
        """NAME-topic CONTENT-particle verb."""
        found = None
        for match in self.clause.finditer(self.mask, max(start, stop - FAR), stop):
            found = match
        if found is None:
            return
        close = found.start(1) if not self.korean else found.end(1)
        mention = self.subject(start, found.start())
        if mention is None:
            return
        topic = self.topic.match(
            self.mask, mention.end + (1 if self.mask[mention.end : mention.end + 1] == "측" else 0)
        )
        opened = topic.end() if topic else mention.end
        setting = re.compile(rf"[^{QUOTE}、,。]{{0,30}}(?:で|に|後|에서|브리핑에서|통해)[、,]\s*").match(
            self.mask, opened, close
        )
        opened = setting.end() if setting else opened
        opened += len(self.mask[opened:close]) - len(self.mask[opened:close].lstrip(" 、,"))
        if close - opened > 5:
            cue = found.start(2), found.end(2)
            self.keep(
                Found([(opened, close)], cue, rule="that", why=["a clause with the particle of speech"], score=0.75),
                mention,
            )

    def according(self, start: int, stop: int) -> bool:
        """NAME "according to", CONTENT."""
        match = self.source.search(self.mask, start, min(stop, start + 150))
        mention = self.who(start, match.start()) if match else None
        if not match or mention is None:
            return False
        opened = match.end() + len(self.mask[match.end() : stop]) - len(self.mask[match.end() : stop].lstrip(" 、,"))
        if stop - opened < 5:
            return False
        self.keep(
            Found([(opened, stop)], match.span(), rule="according", why=["a phrase that names the source"], score=0.75),
            mention,
        )
        return True
