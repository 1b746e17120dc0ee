"""Bylines -> names of authors. Cuts what is said around a name (By, Staff Writer, an address) and splits lists of names;
never changes the letters of a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.extract.text import plain, squeeze

LEAD = re.compile(
    r"^(?:author of the article:\s*)?(?:with\s+)?(?:(?:additional|further|extra)\s+)?"
    r"(?:(?:story|written|reported|reporting|contributions|words|text|article|edited|posted|published|analysis|opinion|kommentar|kolumne|interview|eine? \w+)\s+)?(?:by|von|par|por|door|af|av|di|oleh|"
    r"autorin/autor|autor/in|autor:in|autore?|autorin|authors?|auteur|journalist|tekst|texte|texto|testo|skrevet av|geschrieben von|"
    r"yazan|автор|автори|авторы|текст|penulis|text und foto|文|作者|記者|记者|글|취재|بقلم|كتبت?|نویسنده|מאת|írta|szerző|toimittaja|tác giả|laporan)(?:\s*[:：=/]\s*|\s+)",
    re.I,
)
_TRAIL = re.compile(
    r"\s*(?:[,|/•·–—(-]\s*)?(?:staff (?:writer|reporter)|senior (?:writer|reporter|editor|correspondent)|special correspondent|contributing writer|"
    r"(?:deputy |chief |political |science |health |sports? |news |crime |business |lifestyle |features? |football |royal |travel |money |tech |showbiz )*(?:reporter|correspondent|journalist|editor|columnist|writer)|"
    r"editor-in-chief|redakteurin?|redaktion|journaliste?|(?:선임|수습|인턴)?\s?기자(?: 외 \d+명)?|특파원|記者|记者|論説委員|編集委員)\)?$",
    re.I,
)
_SPLIT = re.compile(
    r"\s*(?:[;|•·、／\n]|\s/\s|,\s?and\s|,(?!\s?[JS]r\b)|\s(?:and|AND|und|UND|et|og|och|and|y|e|en|i|и|та|ve|dan|with|mit|&)\s|(?<=기자)[,\s]+)\s*"
)
_TITLE = re.compile(
    r"(?:(?:the|our|senior|chief|deputy|assistant|associate|managing|executive|special|staff|contributing|freelance|investigative|digital|online|multimedia|"
    r"national|international|foreign|home|world|local|city|state|general|political|politics|economics?|economy|business|finance|financial|science|health|"
    r"education|environment|energy|climate|technology|tech|culture|arts|entertainment|media|sports?|football|crime|court|legal|security|defen[cs]e|diplomatic|"
    r"affairs|news|features?|data|europe|european|asia|africa|middle east|parliamentary|westminster|white house|washington|bureau|and|&)\s+)*"
    r"(?:writer|reporter|correspondent|editor|editor-in-chief|editor-at-large|columnist|journalist|producer|contributor|chief|author)s?|"
    r"(?:(?:ressort|chef|wirtschafts|politik|sport)?(?:redakteur|reporter|volontär|korrespondent|kolumnist)(?:in)?|journalist(?:in|e)?|redactrice|rédact(?:eur|rice)|"
    r"periodista|redactora?|giornalista|dziennikarz|journaliste)(?: (?:für|im|in|bei|des|der|à|du|de la|de) .{2,40})?",
    re.I,
)
_OTHERS = re.compile(
    r"[\s,;(|]*\b(?:edit(?:ing|ed)|photo(?:graph)?(?:s|y)?|video|illustrations?|graphics?|produced|translated) by\b.*$",
    re.I,
)
_AFTER = re.compile(
    r"(?<=\w\w)\s+(?:in\s+[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+)?|for\s+(?:the\s+)?[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2}|(?:The )?Associated Press|special to .+|Follow|(?-i:[A-Z]\w+ News|The [A-Z].*))$",
    re.I,
)
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+\)?|(?<!\w)@\w+|\(\s*\)")
_NOT_NAMES = re.compile(
    r"(?:(?:.* )?(?:of|am|video|share|alert|news|sport|politics|lifestyle|twitter|facebook|whatsapp|local|loading|policy|deeper)(?: .*)?|none|null|undefined|admin|administrator|author|authors|staff|editor|unknown|guest|webmaster|special to .*|about the author|view all posts|more|"
    r"follow|share|updated|published|redaktion|by|n/a|anonymous|home|opinion|news|\d+)",
    re.I,
)
_DEGREE = re.compile(r",\s?(?:Ph\.?\s?D|M\.?D|J\.?D|M\.?B\.?A)\b\.?")
_PLACE = re.compile(r"(?:à|en|em|in|aus|from|at|a|de|da|do|di|desde|depuis) [^\W\d_a-z].*")
_PARTICLES = {
    "de",
    "da",
    "di",
    "du",
    "del",
    "della",
    "van",
    "von",
    "der",
    "den",
    "la",
    "le",
    "bin",
    "al",
    "el",
    "ter",
    "te",
    "af",
}


def clean(name: str) -> str:
    """One name without what stands around it; "" where nothing like a name is left."""
    name = squeeze(_NOISE.sub(" ", name))
    name = LEAD.sub("", name)
    for pattern in (_AFTER, _TRAIL):
        stripped = pattern.sub("", name)
        latin = bool(re.search("[a-z]", stripped, re.I))
        name = stripped if plain(stripped) and (not latin or len(stripped.split()) > 1) else name
    name = name.strip(' ,;:|/•·–—-*"“”')
    name = name if name.endswith((" Jr.", " Sr.")) else name.strip(" .")
    if name.count("(") != name.count(")"):
        name = name.split("(")[0].strip()
    if (
        not 2 <= len(name) <= 60
        or _NOT_NAMES.fullmatch(name)
        or name[0] in "([{"
        or not re.search(r"[^\W\d_]{2}", name)
    ):
        return ""
    return name


def split(byline: str) -> list[str]:
    """The names in "By Jane Roe, John Doe and Ann Poe in London"."""
    text = _DEGREE.sub("", squeeze(_NOISE.sub(" ", re.sub(r"<[^>]{0,200}>", " ", byline))))
    parts = [part for part in _SPLIT.split(LEAD.sub("", _OTHERS.sub("", text))) if part]
    parts = parts[:1] + [part for part in parts[1:] if not _PLACE.fullmatch(part)]
    people = [part for part in parts if not _TITLE.fullmatch(part.strip(" ()"))]
    return unique(clean(part) for part in people or parts)


def unique(names: Iterable[str]) -> list[str]:
    """Names in order, without empty ones and ones that were there in other clothes."""
    seen: dict[str, str] = {}
    for name in names:
        key = plain(name)
        if key and key not in seen:
            seen[key] = name
    return list(seen.values())


def looks_like_name(text: str) -> bool:
    """Whether a line could be names alone: two to five capitalised words, nothing like a sentence."""
    parts = text.split()
    if not 2 <= len(parts) <= 5 or len(text) > 45 or re.search(r"[\d:;!?“”\"«»()#/|]", text) or text.endswith("."):
        return False
    if not all(p[0].isupper() or p.lower() in _PARTICLES for p in parts):
        return False
    shouted = sum(p.isupper() and (len(p) > 3 or p.lower() in _PARTICLES) for p in parts)
    return shouted in (0, len(parts)) or (shouted == 1 and parts[-1].isupper() and len(parts) < 4)  # Bill MCCARTHY
