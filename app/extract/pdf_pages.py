"""The bytes of a PDF -> its pages as runs of characters, with place, size and weight; in which order they are read is no
matter of this module. Refuses what is locked, has no text, or is longer than any article. Runs apart (see apart.py)."""

from __future__ import annotations

import logging
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pdfminer.layout import LTChar
from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.utils import decode_text

from app.extract.document import NotAnArticle

MAX_PAGES = 200
MAX_CHARACTERS = 1_500_000
TOO_LONG = f"This PDF is longer than any article: more than {MAX_PAGES} pages or {MAX_CHARACTERS:,} characters."

_BOLD = ("bold", "black", "heavy", "demi")


@dataclass
class Run:
    """Characters in one line without a gap; `turn` is the way they run: 0 to the right, 1 up, 2 to the left, 3 down.
    x, and `base`, which grows upwards, are turned so that every run goes to the right."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    turn: int

    def as_list(self) -> list[Any]:
        return [self.text, *(round(n, 1) for n in (self.x0, self.x1, self.base, self.size)), self.bold]


class Device(PDFTextDevice):
    """Collects the runs of the page that is being drawn. Pictures are counted and lines left alone."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.runs: list[Run] = []
        self.characters = self.unknown = self.pictures = 0

    def render_image(self, name: str, stream: Any) -> None:
        self.pictures += 1

    def render_char(self, matrix, font, fontsize, scaling, rise, cid, ncs, graphicstate):  # type: ignore[no-untyped-def]
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = ""
        char = LTChar(
            matrix, font, fontsize, scaling, rise, text, font.char_width(cid), font.char_disp(cid), ncs, graphicstate
        )
        self.characters += 1
        if self.characters > MAX_CHARACTERS:
            raise NotAnArticle(TOO_LONG)
        if text in ("", "\ufffd") or "\ue000" <= text <= "\uf8ff":
            self.unknown += 1
        else:
            self._take(_spelled(text), char, matrix, vertical=font.is_vertical())
        return char.adv

    def _take(self, text: str, char: LTChar, matrix: Any, *, vertical: bool) -> None:
        a, b, _, _, e, f = matrix
        turn = 3 if vertical else (0 if a > 0 else 2) if abs(a) >= abs(b) else 1 if b > 0 else 3
        x0, x1 = ((char.x0, char.x1), (char.y0, char.y1), (-char.x1, -char.x0), (-char.y1, -char.y0))[turn]
        base = (f, -e, -f, e)[turn]
        size = max(char.width if turn % 2 else char.height, 0.1)
        last = self.runs[-1] if self.runs else None
        if last is None or last.turn != turn or abs(last.base - base) > 0.3 * max(size, last.size):
            pass
        elif abs(x0 - last.x1) < 0.05 * size or -0.4 * size < x0 - last.x1 < 1.2 * size:
            gap = x0 - last.x1
            wide = max(0.16, 0.3 * (ord(text[0]) > 0x2E7F)) * size
            last.text += (" " if gap > wide and not last.text.endswith(" ") and text != " " else "") + text
            last.x1, last.size = max(last.x1, x1), max(last.size, size)
            return
        elif last.text.endswith(text) and abs(x1 - last.x1) < 0.1 * size:
            last.bold = True  # struck twice to look bold
            return
        bold = any(word in str(getattr(char, "fontname", "")).lower() for word in _BOLD)
        self.runs.append(Run(text, x0, x1, base, size, bold, turn))


def _spelled(text: str) -> str:
    """A ligature or a shape of a letter as its letters."""
    if "\ufb00" <= text[0] <= "\ufefc" or text[0] in "\u0132\u0133\u01c4\u01c9":
        return unicodedata.normalize("NFKC", text)
    return " " if text.isspace() else text


def read(data: bytes) -> dict[str, Any]:
    """{"pages": [{"height", "runs"}], "title", "author", "language"}; a run is [text, x0, x1, base, size, bold].
    Raises NotAnArticle, and whatever the library stumbles over."""
    logging.disable()
    try:
        document = PDFDocument(PDFParser(BytesIO(data)))
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise NotAnArticle("This PDF is locked with a password. Save a copy without one, and choose that.") from None
    if int(resolve1(resolve1(document.catalog.get("Pages", {})).get("Count", 0)) or 0) > MAX_PAGES:
        raise NotAnArticle(TOO_LONG)
    device = Device(resources := PDFResourceManager())
    interpreter = PDFPageInterpreter(resources, device)
    pages: list[dict[str, Any]] = []
    for number, page in enumerate(PDFPage.create_pages(document)):
        if number >= MAX_PAGES:
            raise NotAnArticle(TOO_LONG)
        device.runs = []
        interpreter.process_page(page)
        pages.append(_page(device.runs, page.mediabox))
    if not pages:
        raise NotAnArticle("This PDF has no page that can be read: it is empty, or damaged.")
    if not any(page["runs"] for page in pages) or device.unknown > device.characters // 2:
        raise NotAnArticle(_no_text(device))
    info = {key: value for each in reversed(document.info) for key, value in each.items()}
    stated = {name: _text(info.get(name.title())) for name in ("title", "author")}
    return {"pages": pages, **stated, "language": _text(document.catalog.get("Lang"))}


def _page(runs: list[Run], box: Any) -> dict[str, Any]:
    """The runs that go the way most of them do, on a page whose lower edge is 0."""
    counts = [sum(len(run.text) for run in runs if run.turn == turn) for turn in range(4)]
    turn = counts.index(max(counts))
    low, high = ((box[1], box[3]), (-box[2], -box[0]), (-box[3], -box[1]), (box[0], box[2]))[turn]
    if turn in (1, 2, 3) or not high > low:
        bases = [run.base for run in runs if run.turn == turn] or [0.0]
        low, high = min(*bases, low), max(*bases, high)
    kept = [run for run in runs if run.turn == turn and run.text.strip() and low - 5 <= run.base <= high + 5]
    for run in kept:
        run.base -= low
    return {"height": round(high - low, 1), "runs": [run.as_list() for run in kept]}


def _no_text(device: Device) -> str:
    if device.unknown:
        return "The letters of this PDF cannot be read: its fonts do not say which characters they stand for."
    if device.pictures:
        return "This PDF holds pictures of pages and no text (a scan). Run text recognition over it first, or paste the text."
    return "There is no text in this PDF."


def _text(value: Any) -> str:
    value = resolve1(value)
    return decode_text(value).replace("\x00", "").strip()[:500] if isinstance(value, bytes) else ""
