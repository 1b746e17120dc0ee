"""Which legacy encoding a text is in, where nothing says so: each is tried, and that is taken in which the letters are
those that its languages are written with. Our own tables, because general guessers fail on a short Korean or Polish file."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

SAMPLE = 60_000

_MARKS = set("’‘“”„–—…«»‹›€£©°§·№、。「」『』，．・：；！？（）《》【】" + "\u3000")
# Alphabets by family; those of other scripts begin with their ten most frequent letters.
_ALPHABETS = {
    "latin": ("äöüß", "éèàçêâîôûùëïüœæ", "áéíóúñü¿¡", "ãõçáéíóúâêôà", "àèéìòùî", "åøæäöéü", "éëïöüèáíó", "þðæöáéíóúý"),
    "central": ("ąćęłńóśźż", "ěščřžýáíéúůťďňó", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîșşțţ", "čćžšđ"),
    "turkish": ("ışğçöüİâî",),
    "baltic": ("āčēģīķļņšūž", "ąčęėįšųūž"),
    "cyrillic": ("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэёъ", "оаинвітерсклумпдязьбгйчхжїцшюєщґ", "аиоентсрвликдпмузбгъчяжцшщюхфй"),
    "greek": ("αοιετνσςηρπκμλυάίόέήωύώδγθχφβξζψ",),
    "hebrew": ("יוהלאמרתבשנכדעקםחפטגצסזןךץף",),
    "arabic": ("اليمونرتبةعدسفهكقحجشطصىخضذثزغءأإآؤئظ،؛؟",),
    "thai": ("านรอกเงมยล" + "".join(chr(c) for c in range(0x0E01, 0x0E5C)),),
}  # fmt: skip
_ROMAN = ("latin", "central", "turkish", "baltic")
_OF_LANGUAGE = {
    "hu": "central", "pl": "central", "cs": "central", "sk": "central", "sl": "central", "hr": "central", "ro": "central",
    "bs": "central", "tr": "turkish", "lt": "baltic", "lv": "baltic",
}  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """An encoding, the letters of its languages, and what it has to be better than others."""

    name: str
    letters: str
    handicap: float = 0.0


_SINGLE = (
    Candidate("cp1252", "latin"), Candidate("mac_roman", "latin", 0.08), Candidate("cp850", "latin", 0.15),
    Candidate("iso8859-15", "latin", 0.05), Candidate("cp1250", "central", 0.03), Candidate("iso8859-2", "central", 0.05),
    Candidate("cp1254", "turkish", 0.02), Candidate("cp1257", "baltic", 0.05),
    Candidate("cp1251", "cyrillic"), Candidate("koi8-u", "cyrillic", 0.01), Candidate("cp866", "cyrillic", 0.02),
    Candidate("iso8859-5", "cyrillic", 0.03), Candidate("mac_cyrillic", "cyrillic", 0.04),
    Candidate("cp1253", "greek"), Candidate("iso8859-7", "greek", 0.03), Candidate("cp1255", "hebrew"),
    Candidate("cp1256", "arabic"), Candidate("iso8859-6", "arabic", 0.02), Candidate("cp874", "thai", 0.02),
)  # fmt: skip
_WIDE = ("cp949", "cp932", "euc_jp", "gb18030", "big5")
_ODD = re.compile(
    r"(?<=[а-яёіїєґ])[А-ЯЁІЇЄҐ]|(?<=[a-zà-ÿ])[À-ÞŠŽ](?=[a-zà-ÿ])|(?<!\w)[à-ÿ](?=[A-Z])|(?<!\w)[ÑÒÓÔÕÐ](?:(?=[A-Z][a-z])|(?!\w))|"
    r"(?<=[^\W\d_])[¹²³ºª¾¼½¿¡£¥§°¬¶¤¦®©±µ·¸×÷‰†‡„…‹›€™¢](?=[^\W\d_])"
)


_INNER = re.compile(r"(?<=[^\W\d_])[^\x00-\x7f](?=\W|[^\W\d_])")


def guess(data: bytes) -> str:
    """The name of Python's codec for `data`, which is not UTF-8."""
    if b"\x1b$" in data[:SAMPLE] and not _high(data):
        return "iso2022_jp" if re.search(rb"\x1b\$[@B]", data[:SAMPLE]) else "iso2022_kr"
    sample = data[:SAMPLE]
    scores = {name: _wide_score(sample, name) for name in _WIDE}
    scores |= {each.name: _single_score(sample, each) for each in _SINGLE}
    best = max(scores, key=lambda name: scores[name])
    return _by_language(sample, best, scores) if scores[best] > 0.2 else "cp1252"


def is_roman(name: str) -> bool:
    """Whether a codec that `guess` gave is one of the Latin alphabet. Those are said by default, whatever a text is in."""
    return any(each.name == name and each.letters in _ROMAN for each in _SINGLE)


def _by_language(sample: bytes, best: str, scores: dict[str, float]) -> str:
    """Of the encodings of the Latin alphabet the one that is right for the language, which shows in the ASCII letters:
    "kikötõi" is well spelled, but no Hungarian."""
    families = {each.name: each.letters for each in _SINGLE}
    if families.get(best) not in _ROMAN or sum(byte > 127 for byte in sample) < 4:
        return best
    from app.extract.language import detect

    family = _OF_LANGUAGE.get(detect(sample.decode(best, "replace")) or "", families[best])
    usable = {name: scores[name] for name in families if families[name] == family and scores[name] > 0.6}
    return max(usable, key=lambda name: usable[name], default=best)


def wide_without_mark(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark, known by its zeros and the white space; None for anything else."""
    sample = data[:SAMPLE][: len(data[:SAMPLE]) // 4 * 4]
    if not sample.count(0):
        return None
    for name, top, next_ in (("utf-32-le", 3, 2), ("utf-32-be", 0, 1)):
        if sample and not any(sample[top::4]) and max(sample[next_::4]) <= 0x10 and sample.count(0) >= len(sample) // 2:
            return name
    scores = {name: _readable(sample.decode(name, "replace")) for name in ("utf-16-le", "utf-16-be")}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0.9 else None


def _readable(text: str) -> float:
    """Share of characters that a text is made of, where it has white space at all."""
    if not text or not re.search(r"[ \n\u3000\u3002]", text):
        return 0.0
    counts = Counter(unicodedata.category(c)[0] if c not in "\r\n\t" else "Z" for c in text)
    scripts = Counter(ord(c) >> 8 for c in text if c.isalpha())
    narrow = sum(n for page, n in scripts.items() if page < 0x30 or page in (0x30, 0xFF) or 0x4E <= page < 0xD8)
    odd = sum(scripts.values()) - narrow + 3 * counts["C"]
    return 1 - odd / len(text)


def _high(data: bytes) -> bool:
    return any(byte > 127 for byte in data[:SAMPLE])


def _single_score(sample: bytes, candidate: Candidate) -> float:
    text = sample.decode(candidate.name, "replace")
    high = Counter(c for c in text if c > "\x7f" and c != "\xa0")
    total = high.total()
    if not total:
        return 0.0
    roman = candidate.letters in _ROMAN
    latin = sum(c.isascii() and c.isalpha() for c in text)
    if not roman and sum(n for c, n in high.items() if c.isalpha()) < 0.3 * latin:
        return -1.0
    alphabets = _ALPHABETS[candidate.letters]
    good = max(sum(n for c, n in high.items() if c in _MARKS or c.lower() in letters) for letters in alphabets)
    bad = sum(
        n
        for c, n in high.items()
        if unicodedata.category(c) in ("Cc", "Cn", "So", "Sk") or c == "\ufffd" or "\u2500" <= c <= "\u259f"
    )
    top = 0.0 if roman else max(sum(n for c, n in high.items() if c.lower() in letters[:10]) for letters in alphabets)
    cased = (
        sum(n * (c.islower() - c.isupper()) for c, n in high.items())
        if candidate.letters in ("cyrillic", "greek")
        else 0
    )
    odd = len(_ODD.findall(text)) + sum(text[m.start() - 1].islower() and m[0].isupper() for m in _INNER.finditer(text))
    odd += 0 if roman else 2 * _mixed(text)
    return (good - 2 * bad - odd + 0.5 * top + 0.15 * cased) / total - candidate.handicap


def _mixed(text: str) -> int:
    """Places where a Latin letter stands in a word of another script."""
    return len(re.findall(r"[a-zA-Z][^\x00-\u024f\W\d_]|[^\x00-\u024f\W\d_][a-zA-Z]", text))


def _wide_score(sample: bytes, name: str) -> float:
    """How well the pairs of bytes give the characters that texts of the language are made of."""
    cut = sample[:-3] if len(sample) == SAMPLE else sample
    text = cut.decode(name, "replace")
    broken = text.count("\ufffd")
    high = [c for c in text if c > "\x7f"]
    if not high or broken > 0.02 * len(high):
        return -1.0
    kana = sum("\u3041" <= c <= "\u30ff" for c in high) / len(high)
    han = sum("\u4e00" <= c <= "\u9fff" for c in high) / len(high)
    hangul = sum("\uac00" <= c <= "\ud7a3" for c in high) / len(high)
    half = sum("\uff61" <= c <= "\uff9f" for c in high) / len(high)
    marks = sum(c in _MARKS for c in high) / len(high)
    if name == "cp949":
        common = sum("\uac00" <= c <= "\ud7a3" and len(c.encode("euc_kr", "ignore")) == 2 for c in high) / len(high)
        return 0.5 + 1.1 * common + marks + 0.5 * han - 1.5 * (hangul - common) - kana if common > 0.5 else -1.0
    if name in ("cp932", "euc_jp"):
        return 0.5 + kana * 1.3 + han + marks - 2 * half if kana > 0.12 else -1.0
    codec = "gb2312" if name == "gb18030" else "big5"
    common = sum("\u4e00" <= c <= "\u9fff" and _level_one(c, codec) for c in high) / len(high)
    return 0.5 + common + marks - 1.5 * (han - common) - 2 * (kana + half) if common + marks > 0.6 else -1.0


def _level_one(char: str, codec: str) -> bool:
    """Whether a Han character is among the common ones, which both sets have first."""
    code = char.encode(codec, "ignore")
    return len(code) == 2 and (0xB0 <= code[0] <= 0xD7 if codec == "gb2312" else 0xA4 <= code[0] <= 0xC6)
