"""What stands between a headline and the text, in lines: byline, times of posting and updating."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.extract import names
from app.extract.dates import find_dates
from app.extract.text import squeeze

_UPDATED = re.compile(
    r"(?:last )?(?:updated|modified|edited|revised)|(?:zuletzt )?(?:aktualisiert|geändert)|stand|mis(?:e)? à jour|modifié|actualizad[oa]|"
    r"aggiornat[oa]|atualizad[oa]|(?:sist )?oppdatert|uppdaterad|opdateret|bijgewerkt|aktualizacja|zaktualizowano|обновлено|оновлено|"
    r"güncellen?me|diperbarui|최종 ?수정|수정|업데이트|最終更新日時|最終更新|更新日時|更新|cập nhật|تحديث|עודכן|päivitetty|aktualizováno|frissítve",
    re.I,
)
_PUBLISHED = re.compile(
    r"(?:first |originally )?(?:published|posted|publish(?:ed)? date|issued|created|released)|veröffentlicht|publiziert|erstellt|erstveröffentlichung|erschienen|publiée?|"
    r"publicad[oa]|pubblicat[oa]|publicerad|publisert|udgivet|offentliggjort|gepubliceerd|publikacja|opublikowano|опубликовано|"
    r"опубліковано|yayın(?:lan)?ma(?: tarihi)?|giriş|기사 ?입력|입력|등록|게재|승인|発信|公開日時|公開|配信|掲載|发布|發布|發稿|terbit|đăng|julkaistu|"
    r"\b(?:date|datum|fecha|data)\b",
    re.I,
)
_AGO = re.compile(
    r"\b\d+ ?(?:min(?:ute)?|hour|day|week|month|year)s? (?:ago|read)\b|\bvor \d+ (?:minute|stunde|tag|woche)\w*", re.I
)
_LABEL_EDGE = " \t:：|/•·–—-,.()[]"


@dataclass
class Masthead:
    authors: list[str] = field(default_factory=list)
    published: str | None = None
    updated: str | None = None

    def read(self, line: str, *, bare_names: bool = True) -> bool:
        """Takes in a line if it is one of the masthead, and says whether it was. `bare_names`: names with nothing beside
        them count too."""
        stamps = find_dates(line)
        rest = line
        beside_date = bool(stamps) or bool(_AGO.search(line))
        for stamp in reversed(stamps):
            rest = rest[: stamp.start] + " \n " + rest[stamp.end :]
        if stamps and not self._only_labels(rest):
            return False
        at = 0
        for stamp in stamps:
            label = line[at : stamp.start]
            self._keep(stamp.iso, updated=bool(_UPDATED.search(label)) and not _PUBLISHED.search(label[-25:]))
            at = stamp.end
        if not stamps and not bare_names and not names.LEAD.match(line):
            return False
        byline = squeeze(_without_labels(rest))
        return self._read_byline(byline, beside_date=beside_date) or bool(stamps)

    def _keep(self, iso: str, *, updated: bool) -> None:
        if updated:
            self.updated = self.updated or iso
        elif self.published is None or (len(self.published) == 10 < len(iso) and iso.startswith(self.published)):
            self.published = iso
        elif self.updated is None and iso > self.published:
            self.updated = iso

    def _only_labels(self, rest: str) -> bool:
        left = squeeze(_without_labels(rest))
        return len(left) < 50 or (len(left) < 160 and bool(names.LEAD.match(left)))

    def _read_byline(self, byline: str, *, beside_date: bool) -> bool:
        byline = byline.strip(_LABEL_EDGE)
        if not byline or len(byline) > 160:
            return False
        led = names.LEAD.match(byline) or re.search(r"\s?기자(?: 외 \d+명)?(?: 기자)?$|記者$", byline)
        found = names.split(byline) if led or beside_date or names.looks_like_name(byline) else []
        if led and (len(found) > 8 or byline.endswith((".", "?", "!")) or not all(len(n.split()) <= 6 for n in found)):
            return False
        if not led and not all(names.looks_like_name(n) or len(n.split()) == 1 for n in found):
            return False
        if found and (led or not self.authors):
            self.authors = names.unique([*self.authors, *found])
        return bool(found)


def _without_labels(text: str) -> str:
    weekday = r"\b(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)?\b,?|\b(?:mon|diens|donners|frei|sams|sonn)tag,?|\bmittwoch,?"
    text = re.sub(weekday, " ", text, flags=re.I)
    text = _PUBLISHED.sub(" ", _UPDATED.sub(" ", _AGO.sub(" ", text)))
    return re.sub(r"\s[:：|/•·–—-]+(?=\s|$)|^[\s:：|/•·–—-]+", " ", text)


def says_updated(words: str) -> bool:
    """Whether the last label in `words` is one of a change."""
    return bool(_UPDATED.search(words)) and not _PUBLISHED.search(words[-25:])


def is_dated_label(line: str) -> bool:
    """Whether a short line is a date after a label that says what date it is."""
    label = _PUBLISHED.match(line) or _UPDATED.match(line)
    return bool(label) and any(c.isdigit() for c in line) and bool(find_dates(line)) and is_masthead(line)


def is_masthead(line: str) -> bool:
    """Whether a line alone could be a byline or a line of dates."""
    return len(line) < 240 and Masthead().read(line)


def _is_sentence(line: str) -> bool:
    """Whether a line with a date is one of the text: it ends like one, and says more than labels and names."""
    for stamp in reversed(find_dates(line)):
        line = line[: stamp.start] + " " + line[stamp.end :]
    told = squeeze(_without_labels(line))
    return told.endswith((".", "。")) and len([word for word in told.split() if word[0].islower()]) > 1


def is_stated_masthead(line: str) -> bool:
    """As is_masthead, but two capitalised words are not enough: a heading looks like a name."""
    if not names.LEAD.match(line) and (not any(c.isdigit() for c in line) or _is_sentence(line)):
        return False
    return is_masthead(line) and (bool(names.LEAD.match(line)) or bool(find_dates(line)))


def is_over_byline(lines: Sequence[str], *, bare_names: bool = False) -> bool:
    """Whether the first of these lines looks like a name and is a headline: a byline stands below it, with no more than a
    line of the masthead between. `bare_names`: a name with nothing beside it is a byline too."""
    first, *below = lines[:3] or ("",)
    if names.LEAD.match(first) or not names.looks_like_name(first) or not below or not is_masthead(below[0]):
        return False
    return any(is_stated_masthead(line) and names.LEAD.match(line) for line in below) or (
        bare_names and any(map(names.looks_like_name, below))
    )


def read_masthead(lines: Sequence[str]) -> tuple[Masthead, list[str]]:
    """The masthead in `lines`, and those that are no part of it."""
    head = Masthead()
    return head, [line for line in _joined(lines) if not head.read(line)]


def _joined(lines: Sequence[str]) -> list[str]:
    """Lines, a "By" that stands alone together with the name below it."""
    joined: list[str] = []
    for line in lines:
        if joined and names.LEAD.fullmatch(joined[-1] + " ") and len(line) < 80:
            joined[-1] += " " + line
        else:
            joined.append(line)
    return joined
