"""Bylines -> names of authors. Cuts what is said around a name (By, Staff Writer, an address) and splits lists of names;
never changes the letters of a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.extract.text import plain, squeeze

LEAD = re.compile(
    r"^(?:(?:story|written|reported|reporting|words|text|article|edited|posted|published|analysis|opinion)\s+)?(?:by|von|par|por|door|af|av|di|oleh|"
    r"autore?|autorin|authors?|auteur|journalist|tekst|texte|texto|testo|skrevet av|geschrieben von|"
    r"yazan|автор|автори|авторы|текст|penulis|text und foto|文|作者|記者|记者|글|취재)(?:\s*[:：=/]\s*|\s+)",
    re.I,
)
_TRAIL = re.compile(
    r"\s*(?:[,|/•·–—(-]\s*)?(?:staff (?:writer|reporter)|senior (?:writer|reporter|editor|correspondent)|special correspondent|contributing writer|"
    r"(?:deputy |chief |political |science |health |sports? |news |crime |business )*(?:reporter|correspondent|journalist|editor|columnist|writer)|"
    r"editor-in-chief|redakteurin?|redaktion|journaliste?|(?:선임|수습|인턴)?\s?기자(?: 외 \d+명)?|특파원|記者|记者|論説委員|編集委員)\)?$",
    re.I,
)
_SPLIT = re.compile(
    r"\s*(?:[;|•·、／\n]|\s/\s|,\s?and\s|,|\s(?:and|und|et|og|och|and|y|e|en|i|и|та|ve|dan|with|mit|&)\s|(?<=기자)[,\s]+)\s*"
)
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+|(?<!\w)@\w+|\(\s*\)")
_NOT_NAMES = re.compile(
    r"(?:(?:.* )?(?:of|am|video|share|alert|news|sport|politics|lifestyle|twitter|facebook|whatsapp|local|loading|policy|deeper)(?: .*)?|none|null|undefined|admin|administrator|author|authors|staff|editor|unknown|guest|webmaster|about the author|view all posts|more|"
    r"follow|share|updated|published|redaktion|by|n/a|anonymous|home|opinion|news|\d+)",
    re.I,
)
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
    stripped = _TRAIL.sub("", name)
    name = stripped if plain(stripped) else name
    name = name.strip(' ,;:|/•·–—-*"“”.')
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
    text = LEAD.sub("", squeeze(_NOISE.sub(" ", re.sub(r"<[^>]{0,200}>", " ", byline))))
    return unique(clean(part) for part in _SPLIT.split(text))


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
    return sum(p.isupper() and len(p) > 3 for p in parts) in (0, len(parts))
