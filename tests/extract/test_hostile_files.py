"""Files made to do harm: each ends fast, in a process of its own, with a message for the reader."""

from __future__ import annotations

import io
import random
import resource
import time
import zipfile
import zlib
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract import NotAnArticle, extract
from app.extract.kinds import kind_of
from tests.extract.making import STORY, mail, pdf, pdf_of, printed, rezipped, story_in_word, word

Kind = Literal["pdf", "docx", "eml"]
WORD = word(story_in_word)
PDF = printed(columns=2)
MAIL = mail("\n\n".join(STORY)).as_bytes()
NOISE = random.Random(1).randbytes(20_000)

_W = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
_HEADS = b"From: A B <a@b.example>\nSubject: x\nMIME-Version: 1.0\n"
_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_ONE_PAGE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>"


def document_xml(xml: bytes, **more: bytes) -> bytes:
    return rezipped(WORD, lambda name, content: xml if name == "word/document.xml" else content, **more)


def with_doctype() -> bytes:
    bomb = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return document_xml(bomb + _W % b"<w:p><w:r><w:t>&b;&x;</w:t></w:r></w:p>")


def locked_zip() -> bytes:
    data, at = bytearray(WORD), -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    return bytes(data)


def one_page(stream: bytes, resources: bytes = b"<<>>", *more: bytes) -> bytes:
    packed = zlib.compress(stream, 9)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources%s/Contents 4 0 R>>" % resources
    content = b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    return pdf_of([_CATALOG, _ONE_PAGE, page, content, *more])


LOOP = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Length 12>>stream\n/X Do /X Do \nendstream"
LOCK = b"/Root 1 0 R/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O(%s)/U(%s)>>/ID[(a)(a)]" % (
    b"o" * 32,
    b"u" * 32,
)
SCAN = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\nx\nendstream"


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("docx", rezipped(WORD, lambda _, content: content, word__media__x=b"\0" * 50_000_000), "far more than"),
        ("docx", document_xml(b"<a>" + b" " * 20_000_000 + b"</a>"), "far more than"),
        ("docx", rezipped(WORD, lambda _, content: content, **{f"word__x{n}": b"" for n in range(3100)}), "far more than"),
        ("docx", with_doctype(), "declares entities"),
        ("docx", rezipped(WORD, lambda _, content: content, **{"..__..__outside.txt": b"x"}), "points outside"),
        ("docx", locked_zip(), "password"),
        ("docx", WORD[: len(WORD) // 2], "damaged"),
        ("docx", WORD[:60] + NOISE, "zip file|damaged"),
        ("docx", document_xml(_W % (b"<w:tbl><w:tr><w:tc>" * 5000 + b"</w:tc></w:tr></w:tbl>" * 5000)), "damaged"),
        ("docx", rezipped(WORD, lambda name, content: None if name.endswith(".rels") else content), "damaged"),
        ("docx", document_xml(_W % b""), "no running text"),
        ("docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("docx", b"\xd0\xcf\x11\xe0" + bytes(600), "old Office"),
        ("docx", b"PK\x03\x04 a zip of other things", "zip file"),
        ("docx", b"", "empty"),
        ("pdf", b"%PDF-1.7\n", "damaged"),
        ("pdf", b"%PDF-1.7\n" + NOISE, "damaged"),
        ("pdf", PDF[: len(PDF) // 2], "damaged"),
        ("pdf", PDF.replace(b"/Root 1 0 R", LOCK), "password"),
        ("pdf", pdf([]), "no page"),
        ("pdf", pdf([[]]), "no text"),
        ("pdf", one_page(b"/X Do", b"<</XObject<</X 5 0 R>>>>", SCAN), "a scan"),
        ("pdf", pdf([[(50, 700, 10, 0, "Text of a page.")]] * 10_000), "longer than any article"),
        ("pdf", pdf([[(50, 700, 10, 0, "Text.")]] * 300).replace(b"/Count 300", b"/Count 003"), "longer than any article"),
        ("pdf", one_page(b"/X Do", b"<</XObject<</X 5 0 R>>>>", LOOP), "no text|nested"),
        ("pdf", pdf_of([_CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1>>"]), "damaged"),
        ("pdf", pdf_of([_CATALOG, b"3 0 R", b"2 0 R"]), "damaged"),
        ("pdf", pdf_of([_CATALOG, b"[" * 100_000]), "damaged|nested"),
        ("pdf", one_page(b"q " * 100_000_000), "memory|too long"),
        ("pdf", one_page(b"BT /F0 9 Tf (x) Tj ET\n" * 1_000_000, b"<</Font<</F0 5 0 R>>>>", _FONT), "too long"),
        ("eml", b"\0" * 1_000_000, "empty"),
        ("eml", b"Just some words.", "no e-mail"),
        ("eml", _HEADS + b"X-A: b\n" * 100_000 + b"\ntext", "longer than any message's"),
        ("eml", _HEADS + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(999)), "nested"),
        ("eml", _HEADS + b"Content-Type: message/rfc822\n\n" * 999, "nested"),
        ("eml", _HEADS + b"Content-Type: text/html\n\n" + b"<div>" * 100_000, "no article|deep"),
        ("eml", _HEADS + b"\n" + b"a line of text\n" * 100_000, "1,500,000 characters"),
        ("eml", _HEADS + b"\nHi.", "no article"),
        ("eml", b"From bob Mon Mar  4 09:30:00 2024\n" + _HEADS + b"\nHi.\n\nFrom eve Mon Mar  4 09:30:00 2024\nSubject: y", "several messages"),
    ],
)  # fmt: skip
def test_refusals_say_why(kind: Kind, data: bytes, message: str) -> None:
    with pytest.raises(NotAnArticle, match=message):
        extract(data, kind=kind)


def test_a_zip_of_word_files_is_a_zip() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("story.docx", WORD)
    with pytest.raises(NotAnArticle, match="This is a zip file"):
        kind_of(packed.getvalue())


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b'<?xml version="1.0"?>\n<opml version="2.0"><body/></opml>', "a list of feeds"),
        (b'\xef\xbb\xbf<!-- made by hand -->\n<rss version="2.0"/>', "a feed,"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "a feed,"),
    ],
)
def test_what_lists_articles_is_none(data: bytes, what: str) -> None:
    with pytest.raises(NotAnArticle, match=f"This is {what}.*Feeds are followed"):
        kind_of(data, "text")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("pdf", one_page(b"BT /F0 9 Tf 1 0 0 1 50 700 Tm (x) Tj ET\n" * 500_000, b"<</Font<</F0 5 0 R>>>>", _FONT)),
        ("eml", _HEADS + b"Content-Type: text/plain; " + b"a=b; " * 60_000 + b"\n\nHello."),
    ],
)  # fmt: skip
def test_endless_work_is_broken_off(kind: Kind, data: bytes) -> None:
    """Measured in work done, for a busy machine does less of it in a second."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.process_time()
    with pytest.raises(NotAnArticle, match="too long"):
        extract(data, kind=kind)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert time.process_time() - begun < 1
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5


def test_a_file_inside_a_document_is_left_alone() -> None:
    found = extract(rezipped(WORD, lambda _, content: content, word__embeddings__x_zip=WORD), kind="docx")
    assert len(found.paragraphs) == 9


@settings(max_examples=12, deadline=None)
@given(kind=st.sampled_from(["pdf", "docx", "eml"]), at=st.floats(0, 1), junk=st.binary(max_size=60), cut=st.booleans())
def test_a_damaged_file_gives_a_document_or_a_refusal(kind: Kind, at: float, junk: bytes, cut: bool) -> None:
    data = {"pdf": PDF, "docx": WORD, "eml": MAIL}[kind]
    place = int(at * len(data))
    data = data[:place] + junk + (b"" if cut else data[place + len(junk) :])
    try:
        refused, found = "", extract(data, kind=kind_of(data, kind))
    except NotAnArticle as refusal:
        refused, found = refusal.message, None
    assert refused.endswith((".", "”).")) if found is None else found.paragraphs
