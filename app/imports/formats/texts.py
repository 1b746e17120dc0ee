"""Exports that are tagged lines: RIS, as Zotero and library catalogues write it, and Factiva's full articles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape

from app.imports.formats.common import day, line, moment, names, words
from app.imports.model import Highlight, Item, Problem

_RIS = re.compile(r"^([A-Z][A-Z0-9])  ?- ?(.*)$")
_RIS_TIME = re.compile(r"^(\d{4})/(\d\d)/(\d\d)/(\d\d:\d\d(?::\d\d)?)$")
NEWS = ("NEWS", "ELEC", "BLOG", "MGZN", "JOUR", "WEB", "GEN", "RPRT")


def looks_ris(head: str) -> bool:
    return re.match(r"TY  ?- ?[A-Z]{3,8}\s", head) is not None


def read_ris(text: str) -> Iterator[Item | Problem]:
    record: dict[str, list[list[str]]] = defaultdict(list)
    begin, last, number = 0, "", 0
    for number, each in enumerate(text.splitlines(), 1):
        found = _RIS.match(each.rstrip())
        if not found:
            if last and record:
                record[last][-1].append(each.strip())
            elif each.strip():
                yield Problem(f"line {number}", "This line belongs to no entry.")
            continue
        last, value = found[1], found[2].strip()
        if last == "TY" and record:
            yield Problem(f"line {begin}", "This entry has no end; what follows it is another.")
            yield _of_ris(begin, record)
            record = defaultdict(list)
        if last == "ER":
            yield _of_ris(begin, record)
            record, last = defaultdict(list), ""
        else:
            begin = number if not record else begin
            record[last].append([value])
    if record:
        yield Problem(f"line {begin}", "This entry has no end.")
        yield _of_ris(begin, record)


def _of_ris(begin: int, lines: dict[str, list[list[str]]]) -> Item | Problem:
    record = {tag: ["\n".join(each) for each in values] for tag, values in lines.items()}

    def one(*tags: str) -> str:
        return next((line(record[tag][0]) for tag in tags if record.get(tag)), "")

    title, url = one("TI", "T1", "CT"), one("UR", "L1", "L2")
    if not (title or url):
        return Problem(f"line {begin}", "This entry has neither a title nor an address.")
    kind = one("TY")
    if kind not in NEWS:
        return Problem(f"line {begin}", f"“{title}” is of the kind {kind or 'unknown'}, which is no article.")
    named = url or f"{title} {one('PY', 'DA', 'Y1')}"
    key = f"ris:{named}"
    notes = [_plain(each) for each in record.get("N1", ())]
    abstract = "\n\n".join(_plain(each) for each in (*record.get("AB", ()), *record.get("N2", ())))
    return Item(
        key=key, url=url, title=title, authors=tuple(dict.fromkeys(map(_name, (*record.get("AU", ()), *record.get("A1", ()))))),
        site=one("T2", "JO", "JF", "PB", "DP"), published=_ris_day(one("DA", "Y1", "PY")), saved=moment(_RIS_TIME.sub(r"\1-\2-\3T\4", one("Y2"))),
        language=one("LA") if len(one("LA")) <= 5 else "", tags=names(re.split(r"[;\n]", "\n".join(record.get("KW", ())))),
        text=words("\n\n".join(filter(None, (title, abstract)))) if abstract and not url else "",
        note=abstract if url else "",
        highlights=tuple(Highlight(key=f"{key}:{n}", note=note) for n, note in enumerate(notes, 1) if note),
    )  # fmt: skip


def _plain(note: str) -> str:
    """Zotero writes its notes as HTML."""
    if not re.search(r"</?(p|div|span|br|li|ul|strong|em|b|i|blockquote)\b", note):
        return words(unescape(note))
    note = " ".join(each.strip() for each in note.split("\n"))
    note = re.sub(r"<(?:br\s*/?|/p|/div|/li|/h\d)\s*>", "\n\n", note)
    note = re.sub(r"<li[^>]{0,200}>", "- ", note)
    return re.sub(r"\n\s*\n\s*", "\n\n", words(unescape(re.sub(r"<[^<>]{0,2000}>", "", note))))


def _name(author: str) -> str:
    """ "Oduya, Maren" -> "Maren Oduya"."""
    last, comma, first = line(author, 200).partition(",")
    return f"{first.split(',')[0].strip()} {last.strip()}".strip() if comma else last


def _ris_day(value: str) -> str:
    """ "2024/12/19/" -> "2024-12-19"; a year or month stays one."""
    found = re.match(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?", value)
    if not found:
        return day(value)
    return "-".join(part.zfill(2) for part in found.groups() if part)


_FIELD = re.compile(
    r"^(HD|BY|CR|WC|PD|ET|SN|SC|ED|SE|PG|VOL|LA|CY|LP|TD|CT|ART|RF|CO|IN|NS|RE|PUB|IPD|IPC|AN|CX|CLM)(?:[ \t]+(.*))?$"
)
_END = re.compile(r"^Document ([A-Za-z0-9]{12,})\s*$")
_LANGUAGES = {
    "english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it", "dutch": "nl", "portuguese": "pt",
    "russian": "ru", "japanese": "ja", "korean": "ko", "arabic": "ar", "ukrainian": "uk", "chinese": "zh",
    "chinese - simplified": "zh", "chinese - traditional": "zh",
}  # fmt: skip


def looks_factiva(head: str) -> bool:
    found = {match[1] for match in map(_FIELD.match, head.splitlines()[:400]) if match}
    return {"HD", "PD", "SN", "LP"} <= found and bool(found & {"AN", "TD", "WC"})


def read_factiva(text: str) -> Iterator[Item | Problem]:
    """Articles with indexing: a code at the beginning of a line, its value behind it and on the lines that follow."""
    record: dict[str, list[str]] = {}
    begin, last = 1, ""
    for number, each in enumerate(text.splitlines(), 1):
        plain, found = each.rstrip(), _FIELD.match(each.rstrip())
        ends = _END.match(plain)
        if ends or (found and found[1] in ("HD", "SE", "CLM") and "AN" in record):
            yield _of_factiva(begin, record, ends[1] if ends else "")
            record, last = {}, ""
            if ends:
                continue
        if found and found[1] not in record:
            begin = number if not record else begin
            last = found[1]
            record[last] = [found[2] or ""]
        elif last:
            record[last].append(plain.strip())
    if record:
        yield _of_factiva(begin, record, "")


def _of_factiva(begin: int, record: dict[str, list[str]], document: str) -> Item | Problem:
    def one(tag: str) -> str:
        return line(" ".join(record.get(tag, ())))

    paragraphs = [part for tag in ("LP", "TD") for part in _paragraphs(record.get(tag, ()))]
    title = one("HD")
    if not title or not paragraphs:
        return Problem(f"line {begin}", f"“{title or 'Without a headline'}” has no text.")
    number = (one("AN").removeprefix("Document").strip() or document).split(" ")[0]
    published = day(one("PD"))
    if published and (time := re.fullmatch(r"(\d{1,2}):(\d\d)(?: ?([AP])M)?", one("ET").upper())):
        hour = int(time[1]) % 12 + 12 * (time[3] == "P") if time[3] else int(time[1])
        published = f"{published[:10]}T{hour:02}:{time[2]}:00"
    body = "\n".join(f"<p>{_escaped(each)}</p>" for each in paragraphs)
    html = f"<html><head><title>{_escaped(title)}</title></head><body><article><h1>{_escaped(title)}</h1>{body}</article></body></html>"
    subjects = (each.split(":")[-1] for each in one("NS").split("|"))
    named = number or f"{title} {published}"
    return Item(
        key=f"factiva:{named}", title=title, html=html, site=one("SN"), published=published,
        authors=names(re.sub(r"^by ", "", one("BY"), flags=re.IGNORECASE).replace(" and ", ", ")),
        language=_LANGUAGES.get(one("LA").casefold(), ""), tags=tuple(dict.fromkeys(filter(None, map(line, subjects)))),
    )  # fmt: skip


def _paragraphs(lines: list[str] | tuple[str, ...]) -> list[str]:
    """Apart by an empty line; without any, each line is one."""
    text = "\n".join(lines).strip()
    parts = re.split(r"\n\s*\n", text) if re.search(r"\n\s*\n", text) else text.splitlines()
    return [" ".join(part.split()) for part in parts if part.strip()]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
