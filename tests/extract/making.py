"""Files for tests, made of nothing: a PDF set in columns, a Word document, e-mails. No third-party text in any of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from typing import Any

from pdfminer.fontmetrics import FONT_METRICS

FONTS = ("Times-Roman", "Times-Bold")
Piece = tuple[float, float, float, int, str]  # x, y, size, number of the font, text

STORY = (
    "The harbour council voted on Monday to close the old ferry pier after an inspection found rust in nine of its twelve "
    "pillars, and gave the port until June to move its ferries to another landing.",
    "“We cannot ask people to stand on a pier that may not stand itself,” said Oskar Lind, the head of the council, after a "
    "sitting of five hours that nobody had expected to end before midnight.",
    "The pier has carried about 400,000 passengers a year since 1961, according to the port's own figures, and repairs would "
    "cost four million crowns, which the town does not have and the state does not want to give.",
    "Fishermen said they had not been asked, and that the new landing is too far from the market for their boats. The port "
    "answered in a letter of two pages that it would talk to them in April, once the engineers have measured the ground.",
    "A second inspection is planned for the autumn. Until then the pier may be used on foot, by no more than forty people at "
    "a time, and a guard will count them, the council decided by a narrow margin.",
    "The ferries themselves are forty years old. Two of them were built in the yard beside the pier, which closed in 1994, "
    "and their captain still lives in the house above it with a view of everything that is going to be moved.",
)
TITLE = "Harbour council votes to close the old ferry pier"


def width(text: str, size: float, font: int = 0) -> float:
    metrics = FONT_METRICS[FONTS[font]][1]
    return sum(metrics.get(char, 500) for char in text) * size / 1000


def filled(text: str, room: float, size: float, *, hyphens: bool = False, font: int = 0) -> Iterator[str]:
    """The lines of a paragraph, broken as a typesetter does, long words parted where `hyphens` is said."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size, font) <= room:
            line = longer
            continue
        cut = len(word) // 2
        if hyphens and len(word) > 7 and word.isalpha() and width(f"{line} {word[:cut]}-", size, font) <= room:
            yield f"{line} {word[:cut]}-"
            line = word[cut:]
        else:
            yield line
            line = word
    yield line


def printed(
    paragraphs: Sequence[str] = STORY, *, columns: int = 1, indent: bool = False, hyphens: bool = False, head: str = "",
    title: str = TITLE, byline: str = "By Ines Calloway | 4 March 2024, 09:30", height: float = 420, **info: str,
) -> bytes:  # fmt: skip
    """An article as a PDF: a headline over all columns, pages of `height`, a running head and numbered pages. What begins
    with "# " is a heading."""
    left, right, gutter, size, leading = 50.0, 545.0, 14.0, 10.0, 12.5
    room = (right - left - gutter * (columns - 1)) / columns
    pages: list[list[Piece]] = [[(left, height - 70, 20, 1, title), (left, height - 90, 9, 0, byline)]]
    top, column, y = height - 115, 0, height - 115

    def place(line: str, shift: float, font: int, type_size: float) -> None:
        nonlocal top, column, y
        if y < 60:
            column, y = column + 1, top
            if column == columns:
                pages.append([])
                top = height - 70
                column, y = 0, top
        pages[-1].append((left + column * (room + gutter) + shift, y, type_size, font, line))
        y -= leading

    for text in paragraphs:
        heading = text.startswith("# ")
        font, type_size = (1, 12.0) if heading else (0, size)
        for number, line in enumerate(
            filled(text.removeprefix("# "), room - 12 * indent, type_size, hyphens=hyphens, font=font)
        ):
            place(line, 12.0 * (indent and not heading and number == 0), font, type_size)
        y -= 0 if indent else 6
    for number, page in enumerate(pages, 1):
        if head:
            page += [(left, height - 30, 8, 0, head), (right - 40, 25, 8, 0, f"Page {number}")]
    return pdf(pages, height=height, **info)


def pdf(pages: Sequence[Sequence[Piece]], *, height: float = 842, **info: str) -> bytes:
    """A PDF with these pieces of text on its pages; `info` goes into its document information."""
    streams = []
    for page in pages:
        lines = [
            b"BT /F%d %g Tf %g %g Td (%s) Tj ET"
            % (
                font,
                size,
                x,
                y,
                text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)"),
            )
            for x, y, size, font, text in page
        ]
        streams.append(b"\n".join(lines))
    kids = b" ".join(b"%d 0 R" % (6 + 2 * n) for n in range(len(streams)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(streams))]
    objects += [b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>" % name.encode() for name in FONTS]
    said = b"".join(b"/%s(%s)" % (key.encode(), value.encode("latin-1")) for key, value in info.items())
    objects.append(b"<<%s>>" % said)
    for number, stream in enumerate(streams):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 %g]/Resources<</Font<</F0 3 0 R/F1 4 0 R>>>>/Contents %d 0 R>>"
            % (height, 7 + 2 * number)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    return pdf_of(objects, trailer=b"/Info 5 0 R")


def pdf_of(objects: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects; the first is its catalog."""
    out, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, trailer, len(out),
    )  # fmt: skip


def word(build: Callable[[Any], None]) -> bytes:
    """A Word document; `build` puts into it what it should hold."""
    import docx

    document = docx.Document()
    build(document)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def story_in_word(document: Any) -> None:
    document.add_paragraph(TITLE, style="Title")
    document.add_paragraph("By Ines Calloway")
    document.add_paragraph("4 March 2024, 09:30")
    document.add_paragraph(STORY[0])
    document.add_heading("What the council says", level=2)
    document.add_paragraph(STORY[1])
    document.add_paragraph("Nine pillars are rusty.", style="List Bullet")
    document.add_paragraph("Three pillars are sound.", style="List Bullet")
    document.add_paragraph("No island will be left without a boat.", style="Quote")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Year", "Passengers", "2023", "400,000"), strict=True
    ):
        cell.text = text
    document.add_paragraph(STORY[2])


def rezipped(data: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """A zip with its members changed: `change(name, content)`; what becomes None is left out, `more` is added."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in more.items():
            new.writestr(name.replace("__", "/"), content)
    return kept.getvalue()


def mail(
    text: str = "", *, html: str = "", charset: str = "utf-8", cte: str = "quoted-printable", **headers: str
) -> EmailMessage:
    message = EmailMessage()
    given = {"From": "Ines Calloway <ines@wire.example>", "To": "desk@paper.example", "Subject": TITLE,
             "Date": "Mon, 04 Mar 2024 09:30:00 +0100", "Message-ID": "<1@wire.example>"}  # fmt: skip
    for name, value in (given | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        message[name] = value
    if text:
        message.set_content(text, charset=charset, cte=cte)
    if html:
        message.add_alternative(html, subtype="html") if text else message.set_content(html, subtype="html")
    return message
