"""Reads the figures of a sentence into values: "$1.9bn" is 1.9e9 of unit "USD", "two-thirds of voters" 0.667 of "voters".

Money has its currency's code for a unit, shares "%" or "percentage points", what is counted its noun as written. Ordinals,
clock times, scores of games and numbers that belong to a name ("COVID-19", "Section 230") are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.analysis import dates, lexicon
from app.analysis.model import Figure, Span
from app.analysis.syntax import Token

SCALES = {
    word: 10.0**power
    for power, words in ((3, "thousand k"), (6, "million mln m mn"), (9, "billion bln bn b"), (12, "trillion trn tn"))
    for word in words.split()
} | {"lakh": 1e5, "crore": 1e7}
ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {**{w: i for i, w in enumerate(ONES)}, **{w: 20 + 10 * i for i, w in enumerate(TENS)}}
PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "tenth": 10,
}
MONEY = json.loads(lexicon.data("money.json"))
SYMBOLS: dict[str, str] = MONEY["symbols"]
CODES: list[str] = MONEY["codes"]
MONEY_WORDS: dict[str, str] = MONEY["words"]
MEASURES = "km/h|kmh|kph|mph|km|kg|cm|mm|ml|mg|ft|lbs?|oz|ha|sqm|sq ft|kWh|MWh|GWh|TWh|kW|MW|GW|TW|GB|TB|MB|MHz|GHz|°C|°F|ºC|ºF|bps|bpd"
DIGITS = r"\d{1,3}(?:,\d{2,3}){1,6}(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?"
WORD = "|".join(sorted(WORDS, key=len, reverse=True))
SPELT = rf"(?:{WORD})(?:-(?:{WORD}))?(?:[ ]hundred(?:(?:[ ]and)?[ ](?:{WORD})(?:-(?:{WORD}))?)?)?"
PART = "|".join(PARTS)
NUMBER = re.compile(
    rf"""
    (?:(?<![\w.,:/])(?<![A-Za-z]-)(?<!\d[-–])|(?<=\d[-–])(?=[\d$£€¥₩]))
    (?:(?P<symbol>{"|".join(re.escape(s) for s in sorted(SYMBOLS, key=len, reverse=True))}|(?:{"|".join(CODES)})(?=[ \d]))[ ]?)?
    (?P<minus>(?<![\w)])[-−](?=\d))?
    (?:(?P<digits>{DIGITS})(?![\d:]|,\d|\.\d|(?i:st|nd|rd|th)\b)
      |(?P<share>(?i:(?:a|one|two|three|four|five|seven|nine)[ -](?:{PART})s?)\b)
      |(?P<odds>(?i:(?:{WORD})(?:[ ]in|[ ]out[ ]of)[ ](?:(?:{WORD})\b|\d{{1,4}}\b)))
      |(?P<half>(?i:half(?:[ ]an?)?)\b)
      |(?P<dozen>(?i:(?:a|{WORD})[ ]dozen|(?:a[ ])?(?:hundred|thousand)|an?(?=[ ](?:million|billion|trillion)\b))\b)
      |(?P<spelt>(?i:{SPELT})\b))
    (?:(?:[ ]|-)?(?P<scale>(?i:thousand|million|billion|trillion|lakh|crore)\b|(?:bn|mln|bln|tn|trn|mn|[mMkKbB])(?![\w/²³'’])))?
    """,
    re.VERBOSE,
)
POINTS = r"percentage[ -]points?|per ?cent points?|basis points?"
UNIT = re.compile(
    rf"[ -]?(?:(?P<points>{POINTS})\b|(?P<percent>%|per ?cent\b|percent\b|pct\b)|(?P<code>{'|'.join(CODES)})\b"
    rf"|(?P<money>(?i:{'|'.join(sorted(MONEY_WORDS, key=len, reverse=True))})s?)(?![\w-])"
    rf"|(?P<pounds>pounds?)\b(?! of)|(?P<measure>{MEASURES})(?![\w/])|(?P<metre>m)(?![\w/]))"
)
AGE = re.compile(r"-(?P<noun>[a-z]+(?:-old)?)\b")
OF = re.compile(rf"\s?(?:of (?:(?:the|all|its|their|our|his|her|those|these) )?(?:(?:\d{{1,9}}|{WORD}) )?)?")
CLOCK = re.compile(r"\s?(?:[ap]\.?m\b|o['’]clock|[AP]M\b)")
RANGE = re.compile(r"(?: ?[-–—] ?| to | and | or )$")
SCORE = re.compile(r"(\d{1,3})[-–](\d{1,3})(?![\d%]|[.,]\d|[-–]\d)")
IDLE = frozenset(("one", "zero"))
NOUNS = ("NN", "NNS")
NAMES = ("PERSON", "ORG", "PRODUCT", "LAW", "FAC", "GPE", "LOC", "EVENT", "WORK_OF_ART")
BETWEEN = ("JJ", "JJR", "JJS", "VBN", "VBG", "HYPH", "NNP", "NNPS", "RB", "RBR", *NOUNS)


def find(text: str, start: int, end: int, tokens: Sequence[Token]) -> tuple[Figure, ...]:
    """All figures and dates of a sentence in its order. `tokens` are those of the sentence."""
    places = {t.start: i for i, t in enumerate(tokens)}
    named = [(t.start, t.end) for t in tokens if t.ent[2:] == "DATE"]
    counted = {t.start: t.tag for t in tokens if t.tag in NOUNS}
    dated = dates.find(text, start, end, named, counted)
    taken = [(f.start, f.end) for f in dated]
    return tuple(sorted([*dated, *_numbers(text, start, end, tokens, places, taken)], key=lambda f: f.start))


def _numbers(
    text: str, start: int, end: int, tokens: Sequence[Token], places: dict[int, int], taken: Sequence[Span]
) -> Iterator[Figure]:
    """The figures that are no dates."""
    waiting: tuple[Figure, bool] | None = None  # the first of a range, which takes unit and scale of the second
    at, busy = start, 0
    for match in NUMBER.finditer(text, start, end):
        begin = match.start()
        if begin < at:
            continue
        while busy < len(taken) and taken[busy][1] <= begin:
            busy += 1
        if busy < len(taken) and taken[busy][0] < match.end():
            continue
        value, scale = _value(match)
        unit, stop, scale = _unit(text, match, end, scale, tokens, places)
        at = match.end()
        if value is None or _left_out(text, match, unit, tokens, places):
            continue
        found = Figure(begin, max(stop, match.end()), value * scale, unit)
        if waiting and RANGE.fullmatch(text, waiting[0].end, found.start):
            first, bare = waiting
            low = first.value or 0.0
            yield replace(first, value=low * scale, unit=unit) if bare and low < value and scale * low >= low else first
        elif waiting:
            yield waiting[0]
        waiting = found, scale == 1 and found.end == match.end()
    if waiting:
        yield waiting[0]


def _value(match: re.Match[str]) -> tuple[float | None, float]:
    """The number before its scale, and the scale."""
    scale = SCALES[match["scale"].lower()] if match["scale"] else 1.0
    if match["digits"]:
        value = float(match["digits"].replace(",", ""))
        return (-value if match["minus"] else value), scale
    if match["share"]:
        over, under = re.split(r"[ -]", match["share"].lower())
        return WORDS.get(over, 1) / PARTS[under if under in PARTS else under.removesuffix("s")], scale
    if match["odds"]:
        first, *_, last = match["odds"].lower().split()
        under = float(last) if last.isdigit() else float(WORDS[last])
        return (WORDS[first] / under if under else None), scale
    if match["half"]:
        return 0.5, scale
    if match["dozen"]:
        first, *rest = match["dozen"].lower().split()
        size = {"dozen": 12, "hundred": 100, "thousand": 1000}.get((rest or [first])[0], 1)
        return float(WORDS.get(first, 1) * size), scale
    return _spelt(match["spelt"].lower()), scale


def _spelt(words: str) -> float | None:
    """ "three hundred and forty-two" as a number; None where the words make none ("nine ten")."""
    total, last = 0, 1_000
    for word in re.split(r" and |[ -]", words):
        if word == "hundred":
            total, last = max(total, 1) * 100, 100
        elif word in WORDS:
            if last < 20 or (last < 100 and WORDS[word] > 9):
                return None
            total, last = total + WORDS[word], WORDS[word]
    return float(total)


def _unit(
    text: str, match: re.Match[str], end: int, scale: float, tokens: Sequence[Token], places: dict[int, int]
) -> tuple[str, int, float]:
    """What is counted, where the figure ends, and its scale: "m" is metres before a singular noun."""
    stop = match.end()
    if match["symbol"]:
        return SYMBOLS.get(match["symbol"], match["symbol"]), stop, scale
    short = match["scale"] in ("m", "M", "k", "K", "b", "B")
    noun, noun_end, plural = _counted(text, stop, end, tokens, places)
    if short and not plural:
        unit = "m" if match["scale"] == "m" else ""
        return unit, stop, 1.0 if unit else scale
    if found := UNIT.match(text, stop, end):
        kind, stop = str(found.lastgroup), found.end()
        written = found[kind]
        if kind == "percent":
            return "%", stop, scale
        if kind == "money" and (written != "won" or scale > 1 or _tag(tokens, places, found.start(kind)) in NOUNS):
            name = written.lower()
            return MONEY_WORDS[name if name in MONEY_WORDS else name.removesuffix("s")], stop, scale
        if kind == "pounds":
            return ("GBP" if scale > 1 else written), stop, scale
        if kind == "points":
            return re.sub(r"per ?cent(?:age)?.points?", "percentage points", written), stop, scale
        if kind != "money":
            return written, stop, scale
    if found := AGE.match(text, match.end(), end):
        return found["noun"], found.end(), scale
    return noun, noun_end, scale


def _counted(text: str, stop: int, end: int, tokens: Sequence[Token], places: dict[int, int]) -> tuple[str, int, bool]:
    """The noun after a number, past adjectives and "of the"; where it ends; whether it is a plural."""
    skip = OF.match(text, stop, end)
    first = places.get(skip.end() if skip else stop)
    if first is None:
        return "", stop, False
    begun: int | None = None
    for i in range(first, min(len(tokens), first + 6)):
        token = tokens[i]
        if token.tag in NOUNS:
            begun = i if begun is None else begun
            if i + 1 == len(tokens) or tokens[i + 1].tag not in NOUNS or tokens[i + 1].start != token.end + 1:
                return text[tokens[begun].start : token.end], token.end, token.tag == "NNS"
        elif token.tag not in BETWEEN:
            break
    return "", stop, False


def _tag(tokens: Sequence[Token], places: dict[int, int], start: int) -> str:
    return tokens[places[start]].tag if start in places else ""


def _left_out(text: str, match: re.Match[str], unit: str, tokens: Sequence[Token], places: dict[int, int]) -> bool:
    """Whether a number is no figure: a time of day, a score, part of a name, "one" for somebody."""
    begin, stop = match.start("digits") if match["digits"] else match.start(), match.end()
    if match["spelt"] and match["spelt"].lower() in IDLE and not match["scale"]:
        somebody = not unit or unit in ("day", "thing", "way", "side", "hand") or text[stop : stop + 4] == " of "
        return somebody or _tag(tokens, places, begin) != "CD"
    if match["half"] or match["share"]:
        sure = (match["share"] or "a").split("-")[0].lower() not in ("a", "one")
        return not unit and not sure and text[stop : stop + 3] != " of"
    if not match["digits"]:
        return False
    score = None if unit else SCORE.match(text, begin)
    if CLOCK.match(text, stop) or (score and int(score[1]) >= int(score[2])):
        return True
    if begin > 1 and text[begin - 1] in "-–" and text[begin - 2].isdigit() and not unit:
        return True
    here = places.get(begin)
    before = tokens[here - 1] if here else None
    if here is None or before is None or before.tag not in ("NNP", "NNPS") or not before.text[0].isupper():
        return False
    inside = tokens[here].ent.startswith("I-") and tokens[here].ent[2:] in NAMES
    return not match["symbol"] and not match["scale"] and (inside or not unit)
