"""Dates and times as people and pages write them -> ISO 8601. Our own grammar with month tables, because general parsers
fail on "Posted : December 19, 2024, 16:55". A zone is given only where one is stated; nothing is ever guessed to be UTC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# One row a month; names in their usual short and long forms, cases and languages, in lower case without dots.
_MONTH_ROWS = (
    "january jan januar jänner jän janvier janv enero ene janeiro gennaio gen januari januar tammikuuta tammikuu styczeń "
    "stycznia sty leden ledna január janvāris sausio ocak oca январь января янв січня січень ianuarie ιανουαρίου siječnja "
    " januwari januarie يناير ינואר มกราคม",
    "february feb februar feber février fevrier févr fév febrero fevereiro fev febbraio februari helmikuuta helmikuu luty "
    "lutego lut únor února február şubat şub февраль февраля фев лютого лютий februarie φεβρουαρίου veljače فبراير פברואר "
    "กุมภาพันธ์",
    "march mar märz mrz mär maerz mars marzo março marco maart mrt maret maaliskuuta maaliskuu marzec marca březen března "
    "március márciusa mart март марта мар березня березень martie μαρτίου ožujka مارس מרץ מרס มีนาคม",
    "april apr avril avr abril abr aprile huhtikuuta huhtikuu kwiecień kwietnia kwi duben dubna április nisan nis апрель "
    "апреля апр квітня квітень aprilie απριλίου travnja أبريل אפריל เมษายน",
    "may mai mayo maio maggio mag mei toukokuuta toukokuu maj maja května květen május mayıs май мая травня травень "
    "μαΐου svibnja مايو מאי พฤษภาคม maí",
    "june jun juni juin junio junho giugno giu kesäkuuta kesäkuu czerwiec czerwca cze červen června június haziran haz "
    "июнь июня июн червня червень iunie ιουνίου lipnja يونيو יוני มิถุนายน",
    "july jul juli juillet juil julio julho luglio lug heinäkuuta heinäkuu lipiec lipca lip červenec července július "
    "temmuz tem июль июля июл липня липень iulie ιουλίου srpnja يوليو יולי กรกฎาคม",
    "august aug août aout agosto ago augustus augusti agustus agu agt elokuuta elokuu sierpień sierpnia sie srpen srpna "
    "augusztus ağustos ağu август августа авг серпня серпень αυγούστου kolovoza أغسطس אוגוסט สิงหาคม ogos",
    "september sept sep septembre septiembre setembro set settembre syyskuuta syyskuu wrzesień września wrz září "
    "szeptember eylül eyl сентябрь сентября сен сент вересня вересень septembrie σεπτεμβρίου rujna سبتمبر ספטמבר กันยายน",
    "october oct oktober okt octobre octubre outubro out ottobre ott oktober lokakuuta lokakuu październik października "
    "paź říjen října október ekim eki октябрь октября окт жовтня жовтень octombrie οκτωβρίου أكتوبر אוקטובר "
    "ตุลาคม",
    "november nov novembre noviembre novembro marraskuuta marraskuu listopad listopadu lis kasım kas ноябрь ноября ноя "
    "нояб листопада листопад noiembrie νοεμβρίου studenoga نوفمبر נובמבר พฤศจิกายน nopember",
    "december dec dezember dez décembre decembre déc diciembre dic dezembro dicembre desember des joulukuuta joulukuu "
    "grudzień grudnia gru prosinec prosince decembar aralık ara декабрь декабря дек грудня грудень decembrie δεκεμβρίου "
    "prosinca ديسمبر דצמבר ธันวาคม disember",
)
MONTHS = {name: number for number, row in enumerate(_MONTH_ROWS, 1) for name in row.split()}
MONTHS["listopada"] = 11  # Polish and Ukrainian; Croatian's October loses

_OFFSETS = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "bst": 60, "west": 60, "ist": 330, "cet": 60, "mez": 60, "cest": 120, "mesz": 120,
    "eet": 120, "eest": 180, "msk": 180, "мск": 180, "sast": 120, "wat": 60, "eat": 180, "kst": 540, "jst": 540, "wib": 420, "wita": 480,
    "wit": 540, "sgt": 480, "hkt": 480, "pht": 480, "myt": 480, "ict": 420, "est": -300, "edt": -240, "cst": -360, "cdt": -300,
    "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "ast": -240, "adt": -180, "brt": -180, "aest": 600, "aedt": 660,
    "acst": 570, "awst": 480, "nzst": 720, "nzdt": 780,
}  # fmt: skip
_PLACES = {"et": "America/New_York", "ct": "America/Chicago", "pt": "America/Los_Angeles", "mt": "America/Denver"}

MONTH = "|".join(sorted((re.escape(m) for m in MONTHS), key=len, reverse=True))
_Y = r"(?P<y>(?:19|20)\d\d)"
_YY = r"(?P<y>(?:19|20)\d\d|\d\d)"
_ORD = r"(?:st|nd|rd|th|er|º|\.)?"
_DATES = [
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?<!\d){_Y}-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)",
        rf"(?<!\d){_Y}\s?[년年]\s?(?P<m>\d\d?)\s?[월月]\s?(?P<d>\d\d?)\s?[일日]",
        rf"(?<!\d){_Y}\s?([./-])\s?(?P<m>\d\d?)\s?\2\s?(?P<d>\d\d?)(?!\d)",
        rf"(?<!\w)(?P<d>\d\d?){_ORD}\s?[-\s]?\s?(?:de |of |d')?(?P<mon>{MONTH})\.?,?[-\s]?\s?(?:de |del |of )?'?{_YY}(?!\d|:\d)",
        rf"(?<!\w)(?P<mon>{MONTH})\.?\s?[-\s]?(?P<d>\d\d?){_ORD},?[-\s]\s?{_Y}(?!\d)",
        rf"(?<![\d.])(?P<d>\d\d?)\.\s?(?P<m>\d\d?)\.\s?{_YY}(?![\d:])",
        rf"(?<![\d/])(?P<d>\d\d?)/(?P<m>\d\d?)/{_Y}(?![\d:])",
        rf"(?<![\d-])(?P<d>\d\d?)-(?P<m>\d\d?)-{_Y}(?![\d:])",
    )
]
_CLOCK = re.compile(
    r"(?P<pre>(?:오전|오후|上午|下午|午前|午後)\s?)?(?<!\d)(?P<h>[01]?\d|2[0-3])(?:\s?(?:[:：.]|(?<=\d)h|[時时点點시])\s?(?P<mi>[0-5]\d)\s?[분分]?"
    r"(?::(?P<s>[0-5]\d))?)?(?![\d%])\s?(?P<ap>[ap]\.?\s?m\b\.?)?",
    re.I,
)
_ZONE = re.compile(
    r"\s*[(,]?\s*(?:(?P<name>UTC|GMT|Z|[A-Z]{2,4}|МСК|мск)(?![^\W\d_])\s?)?(?P<off>[+\-−]\d\d?:?(?:\d\d)?(?!\d))?"
)  # fmt: skip
_GAP = re.compile(
    r"[\s,，.|·•∙@–—\-/T(]{0,4}(?:at|um|à|às|a las|las|alle|ore|kl|klo|om|saat|pukul|jam|o|в|о|ob|ás|as|les|lúc)?(?![^\W\d_])\.?[\s:,]{0,3}"
    r"(?:\([^)\d]{1,8}\)\s?)?",
    re.I,
)
_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s$", re.I)
_TRAILING_HOUR = re.compile(r"\s?(?:Uhr|uur|h\b|hrs?\b|Hrs\b)", re.I)
_BEFORE = re.compile(
    r"(?<![\d.:])(?P<h>[01]?\d|2[0-3])[:.](?P<mi>[0-5]\d)\s?(?P<ap>[ap]\.?m\.?)?(?:\s?(?:Uhr|uur))?(?P<zone>\s[A-Z]{2,4})?[\s,|·•–—\-]{1,4}"
    r"(?:(?:on|am|le|el|den|[^\W\d]{2,12},|(?:mon|tues?|wed|thurs?|fri|sat|sun)[a-z]*\.?)\s)?$",
    re.I,
)
_ISO = re.compile(
    r"^\s*(\d{4})-(\d\d?)-(\d\d?)(?:[T\s]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?!\s*[ap]\.?m)\s*"
    r"((?:UTC|GMT)?[+-]\d\d?:?\d\d|(?:UTC|GMT)?[+-]\d\d?|Z|[A-Z]{2,4}\b)?)?(?![\s\d]*:?\d+:?\d*\s*[ap]\.?m)",
    re.I,
)


@dataclass(frozen=True)
class Stamp:
    """A date in a text at `[start, end)`; `iso` is a day or a time to the second."""

    iso: str
    start: int
    end: int

    @property
    def timed(self) -> bool:
        return len(self.iso) > 10


def find_dates(text: str, *, month_first: bool | None = None) -> list[Stamp]:
    """Every date in `text`, in order, with the time and zone that stand beside it. `month_first` decides 3/4/2024;
    None lets a.m. and p.m. decide."""
    found: list[Stamp] = []
    for match in _date_matches(text):
        day = _day(match, month_first if month_first is not None else bool(re.search(r"\d\s?[ap]\.?m\b", text, re.I)))
        if day and "/" in match[0] and (said := _WEEKDAY.search(text, max(0, match.start() - 12), match.start())):
            day = _of_weekday(day, _DAYS.index(said[1].lower()[:2]))
        if day is None or any(match.start() < s.end and s.start < match.end() for s in found):
            continue
        found.append(_with_time(text, match.start(), match.end(), day))
    return sorted(found, key=lambda s: s.start)


def iso_time(value: str) -> str | None:
    """A machine-readable date, as metadata carry it, in our form; free text is read by the grammar. None: no date."""
    value = value.strip()[:120]
    if re.fullmatch(r"1\d{9}(?:\d{3})?(?:\.\d+)?", value):
        return datetime.fromtimestamp(int(value[:10]), UTC).isoformat()
    compact = re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?)?", value)
    match = compact or _ISO.match(value)
    if not match:
        stamps = find_dates(value)
        return stamps[0].iso if stamps else None
    year, month, day, hour, minute, second, zone = match.groups()
    if not _likely(int(year)):
        return None
    try:
        if hour is None:
            return date(int(year), int(month), int(day)).isoformat()
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))
    except ValueError:
        return None
    offset = _offset(zone, moment) if zone else None
    return (moment.replace(tzinfo=offset) if offset else moment).isoformat()


def _date_matches(text: str) -> Iterator[re.Match[str]]:
    for pattern in _DATES:
        yield from pattern.finditer(text)


def _day(match: re.Match[str], month_first: bool) -> date | None:
    parts = match.groupdict()
    year, day = int(parts["y"]), int(parts["d"])
    if year < 100:
        year += 2000
    month = MONTHS[parts["mon"].lower()] if parts.get("mon") else int(parts["m"])
    if (
        "/" in match.group()
        and not parts.get("mon")
        and not match.group().startswith(parts["y"])
        and ((day <= 12 and month_first) or month > 12)
    ):
        day, month = month, day
    try:
        return date(year, month, day) if _likely(year) else None
    except ValueError:
        return None


def _likely(year: int) -> bool:
    return 1800 < year < 2100


def _of_weekday(day: date, weekday: int) -> date:
    """`day`, or with its numbers the other way round if that is the weekday said before it."""
    if day.weekday() == weekday or day.day > 12:
        return day
    turned = date(day.year, day.day, day.month)
    return turned if turned.weekday() == weekday else day


def _with_time(text: str, start: int, end: int, day: date) -> Stamp:
    gap = _GAP.match(text, end)
    clock = _CLOCK.match(text, gap.end() if gap else end)
    if clock and (clock["mi"] or clock["ap"]):
        moment = _moment(day, clock)
        stop = clock.end()
        if hour := _TRAILING_HOUR.match(text, stop):
            stop = hour.end()
        moment, stop = _zoned(moment, _ZONE.match(text, stop), stop)
        return Stamp(moment.isoformat(), start, stop)
    before = _BEFORE.search(text, max(0, start - 40), start)
    if before:
        moment = _moment(day, before)
        if before["zone"] and (offset := _offset(before["zone"], moment)):
            moment = moment.replace(tzinfo=offset)
        return Stamp(moment.isoformat(), before.start(), end)
    return Stamp(day.isoformat(), start, end)


def _moment(day: date, clock: re.Match[str]) -> datetime:
    parts = clock.groupdict()
    hour, minute, second = int(parts["h"]), int(parts["mi"] or 0), int(parts.get("s") or 0)
    half = (parts.get("ap") or "").lower()[:1] or {"오후": "p", "下午": "p", "午後": "p"}.get(
        (parts.get("pre") or "").strip()
    )
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return datetime(day.year, day.month, day.day, hour, minute, second)


def _zoned(moment: datetime, zone: re.Match[str] | None, stop: int) -> tuple[datetime, int]:
    if zone is None or not zone.group().strip():
        return moment, stop
    offset = _offset((zone["name"] or "") + (zone["off"] or ""), moment)
    return (moment.replace(tzinfo=offset), zone.end()) if offset else (moment, stop)


def _offset(name: str, moment: datetime | None = None) -> tzinfo | None:
    """A stated zone ("KST", "GMT+9", "+09:00", "ET") as an offset; None where the name is not one."""
    name = name.strip().replace("−", "-").lower()
    digits = re.fullmatch(r"(?:utc|gmt)?([+-])(\d\d?):?(\d\d)?", name)
    if digits:
        minutes = int(digits[2]) * 60 + int(digits[3] or 0)
        if minutes > 14 * 60:
            return None
        return timezone(timedelta(minutes=-minutes if digits[1] == "-" else minutes))
    if name in _PLACES and moment:
        delta = moment.replace(tzinfo=ZoneInfo(_PLACES[name])).utcoffset()
        return timezone(delta) if delta is not None else None
    return timezone(timedelta(minutes=_OFFSETS[name])) if name in _OFFSETS else None
