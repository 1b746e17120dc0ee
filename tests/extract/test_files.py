"""Files: PDF, Word, e-mail and text in any encoding come out as the article that they hold."""

from __future__ import annotations

import textwrap

import pytest

from app.extract import Document, extract
from app.extract.decode import decode
from app.extract.kinds import kind_by_name, kind_of
from tests.extract.articles import PAGE, PARAGRAPHS
from tests.extract.making import STORY, TITLE, filled, mail, pdf, printed, rezipped, story_in_word, word

BODY = [("p", text) for text in STORY]


def blocks(found: Document) -> list[tuple[str, str]]:
    return [(p.type, p.text) for p in found.paragraphs]


# PDF


@pytest.mark.parametrize("hyphens", [False, True])
@pytest.mark.parametrize("indent", [False, True])
@pytest.mark.parametrize("columns", [1, 2, 3])
def test_a_pdf_in_columns_is_read_in_order(columns: int, indent: bool, hyphens: bool) -> None:
    data = printed(columns=columns, indent=indent, hyphens=hyphens, head="The Harbour Wire - 4 March 2024")
    found = extract(data, kind="pdf")
    assert found.title == TITLE
    assert found.authors == ("Ines Calloway",)
    assert found.published == "2024-03-04T09:30:00"
    assert found.language == "en"
    if not hyphens:
        assert blocks(found) == BODY
    else:
        # a word with its own hyphen cannot be told from a broken one in every case; there is none in this story
        assert [text.replace("-", "") for _, text in blocks(found)] == list(STORY)


def test_a_page_of_a_pdf_may_hold_nothing_but_its_running_head() -> None:
    page = [
        (50.0, 700.0, 20.0, 1, TITLE),
        *((50.0, 650.0 - 14 * n, 10.0, 0, text[:80]) for n, text in enumerate(STORY)),
    ]
    heads = [(50.0, 820.0, 8.0, 0, "The Harbour Wire")]
    assert extract(pdf([[*page, *heads], heads, []]), kind="pdf").title == TITLE


def test_columns_of_a_pdf_need_not_begin_level() -> None:
    columns = [(50.0, 640.0, " ".join(STORY[:3])), (310.0, 653.0, " ".join(STORY[3:]))]
    lines = [(x, y - 12.5 * n, 10.0, 0, line) for x, y, told in columns for n, line in enumerate(filled(told, 230, 10))]
    head = [(50.0, 700.0, 20.0, 1, TITLE), (50.0, 680.0, 9.0, 0, "By Ines Calloway | 4 March 2024, 09:30")]
    texts = [text for _, text in blocks(extract(pdf([[*head, *lines]]), kind="pdf"))]
    assert " ".join(texts) == " ".join(STORY)


def test_headings_of_a_pdf_are_known_by_their_size_and_pages_are_joined() -> None:
    parts = [*STORY[:2], "# What the fishermen say", *STORY[2:], *STORY]
    found = extract(printed(parts, columns=2, head="The Harbour Wire"), kind="pdf")
    assert blocks(found) == [*BODY[:2], ("heading", "What the fishermen say"), *BODY[2:], *BODY]


def test_what_a_pdf_says_of_itself_is_believed_where_its_text_says_nothing() -> None:
    data = printed(byline="", Title=TITLE + " - Harbour Wire", Author="Ines Calloway")
    found = extract(data, kind="pdf")
    assert (found.title, found.authors) == (TITLE, ("Ines Calloway",))
    found = extract(printed(byline="", Title="Microsoft Word - pier.doc", Author="admin"), kind="pdf")
    assert (found.title, found.authors, found.published) == (TITLE, (), None)


# Word


def test_a_word_document_keeps_its_structure() -> None:
    found = extract(word(story_in_word), kind="docx")
    assert (found.title, found.authors, found.published) == (TITLE, ("Ines Calloway",), "2024-03-04T09:30:00")
    assert blocks(found) == [
        ("p", STORY[0]),
        ("heading", "What the council says"),
        ("p", STORY[1]),
        ("li", "Nine pillars are rusty."),
        ("li", "Three pillars are sound."),
        ("quote", "No island will be left without a boat."),
        ("p", "Year | Passengers"),
        ("p", "2023 | 400,000"),
        ("p", STORY[2]),
    ]


def test_a_word_document_without_styles_is_read_like_a_paste() -> None:
    def plain(document) -> None:
        for text in (TITLE, "By Ines Calloway", *STORY):
            document.add_paragraph(text)

    found = extract(word(plain), kind="docx")
    assert (found.title, found.authors, blocks(found)) == (TITLE, ("Ines Calloway",), BODY)
    assert found.published is None  # nobody wrote when


def test_tracked_changes_are_taken_as_made() -> None:
    def change(name: str, content: bytes) -> bytes:
        inserted = b"<w:ins><w:r><w:t>has </w:t></w:r></w:ins><w:del><w:r><w:delText>had </w:delText></w:r></w:del>"
        return content.replace(
            b"<w:r><w:t>The pier has",
            b"<w:r><w:t xml:space='preserve'>The pier </w:t></w:r>" + inserted + b"<w:r><w:t>",
        )

    found = extract(rezipped(word(story_in_word), change), kind="docx")
    assert found.paragraphs[-1].text == STORY[2]


def test_properties_of_a_word_document() -> None:
    def titled(document) -> None:
        document.core_properties.title, document.core_properties.author = TITLE, "Ines Calloway"
        for text in STORY:
            document.add_paragraph(text)

    found = extract(word(titled), kind="docx")
    assert (found.title, found.authors, blocks(found)) == (TITLE, ("Ines Calloway",), BODY)


# E-mail


@pytest.mark.parametrize(
    ("charset", "cte"), [("utf-8", "quoted-printable"), ("utf-8", "base64"), ("cp1252", "8bit"), ("utf-8", "8bit")]
)
def test_a_plain_mail(charset: str, cte: str) -> None:
    message = mail("\n\n".join(STORY), charset=charset, cte=cte)
    found = extract(message.as_bytes(), kind="eml")
    assert (found.title, found.authors, found.published) == (TITLE, ("Ines Calloway",), "2024-03-04T09:30:00+01:00")
    assert blocks(found) == BODY


def test_a_wrong_charset_of_a_mail_is_seen() -> None:
    raw = mail("x", Subject="Fwd: =?euc-kr?B?x9e4uw==?=").as_bytes().partition(b"\n\n")[0]
    raw = (
        raw.replace(b'charset="utf-8"', b'charset="us-ascii"')
        .replace(b"7bit", b"8bit")
        .replace(b"quoted-printable", b"8bit")
    )
    text = "항만 위원회는 월요일 낡은 부두를 폐쇄하기로 의결했다. 점검에서 기둥 열두 개 가운데 아홉 개에서 녹이 발견됐다고 위원장이 밝혔다."
    found = extract(raw + b"\n\n" + text.encode("cp949"), kind="eml")
    assert (found.title, blocks(found)) == ("항말", [("p", text)])


def test_flowed_lines_are_joined() -> None:
    flowed = "\n\n".join(textwrap.fill(text, 66).replace("\n", " \n") for text in STORY)
    raw = mail(flowed, cte="7bit" if flowed.isascii() else "8bit").as_bytes()
    raw = raw.replace(b'charset="utf-8"', b'charset="utf-8"; format=flowed')
    assert blocks(extract(raw, kind="eml")) == BODY


def test_a_newsletter_is_of_its_house_and_read_as_a_page() -> None:
    page = PAGE.replace("</article>", "<p><a href='https://x.example'>Unsubscribe</a> from this list</p></article>")
    message = mail("View this in your browser.", html=page, From='"The Quayside Daily" <news@quayside.example>',
                   List_Id="<daily.quayside.example>", Subject="Ferries may leave the islands")  # fmt: skip
    found = extract(message.as_bytes(), kind="eml")
    assert found.title == "Ferries may leave the islands"
    assert found.authors == ("Tamsin Okoro-Vale", "Piet Lauwers")
    assert [text for _, text in blocks(found)][: len(PARAGRAPHS)] == list(PARAGRAPHS)
    assert not any("nsubscribe" in text for _, text in blocks(found))


FORWARD = f"""See below.

---------- Forwarded message ---------
From: Tamsin Okoro-Vale <tamsin@quayside.example>
Date: Tue, Mar 5, 2031 at 4:55 PM
Subject: {TITLE}
To: <bob@desk.example>


""" + "\n\n".join(STORY)


def test_a_forwarded_mail_is_that_of_its_first_sender() -> None:
    found = extract(mail(FORWARD, Subject=f"Fwd: {TITLE}").as_bytes(), kind="eml")
    assert (found.title, found.authors, found.published) == (TITLE, ("Tamsin Okoro-Vale",), "2031-03-05T16:55:00")
    assert blocks(found) == BODY


def test_a_mail_attached_to_a_mail() -> None:
    outer = mail("For the archive.", Subject="Fwd: something", From="Bob <bob@desk.example>")
    outer.add_attachment(mail("\n\n".join(STORY)))
    found = extract(outer.as_bytes(), kind="eml")
    assert (found.title, found.authors, blocks(found)) == (TITLE, ("Ines Calloway",), BODY)


def test_a_page_saved_by_a_browser_is_read_as_the_page() -> None:
    saved = mail(
        html=PAGE, From="<Saved by Blink>", Snapshot_Content_Location="https://quayside.example/2031/03/ferries"
    )
    found = extract(saved.as_bytes(), kind="eml")
    assert found.canonical_url == "https://quayside.example/2031/03/ferries"
    assert found.published == "2031-03-04T16:55:00+01:00"


# Text

SAMPLES = {
    "ko": ("항만 위원회는 월요일 낡은 부두를 폐쇄하기로 의결했다. 점검에서 기둥 열두 개 가운데 아홉 개에서 녹이 발견됐다.", "cp949 utf-16-le utf-16-be utf-32-le"),
    "ja": ("港湾評議会は月曜日、古い桟橋を閉鎖することを決めた。検査で十二本の柱のうち九本にさびが見つかった。", "cp932 euc_jp iso2022_jp utf-16-le"),
    "zh": ("港口委员会周一投票决定关闭旧码头，此前检查发现十二根柱子中有九根生锈。主任说，船只将在六月之前搬走。", "gb18030 utf-16-be"),
    "ru": ("Совет порта в понедельник проголосовал за закрытие старого причала. Проверка нашла ржавчину в девяти опорах.", "cp1251 koi8-r cp866 iso8859-5"),
    "ar": ("صوت مجلس الميناء يوم الاثنين على إغلاق الرصيف القديم بعد أن وجد التفتيش صدأ في تسعة من أعمدته.", "cp1256 iso8859-6"),
    "he": ("מועצת הנמל הצביעה ביום שני לסגור את המזח הישן לאחר שבדיקה מצאה חלודה בתשעה משנים עשר עמודיו.", "cp1255"),
    "el": ("Το λιμενικό συμβούλιο ψήφισε τη Δευτέρα να κλείσει την παλιά προβλήτα, είπε ο διευθυντής του.", "cp1253 iso8859-7"),
    "pl": ("Rada portu głosowała w poniedziałek za zamknięciem starego mola. Źródła mówią o dwóch łodziach i rdzy.", "cp1250 iso8859-2"),
    "hu": ("A kikötői tanács hétfőn a régi móló bezárásáról döntött, és rozsdát találtak kilenc pilléren, mondta őszintén.", "cp1250"),
    "tr": ("Liman meclisi pazartesi günü eski iskelenin kapatılmasına karar verdi, dedi müdür Işık Şahin toplantıda.", "cp1254"),
    "de": ("Der Hafenrat beschloss am Montag, den alten Anleger zu schließen – die Prüfung fand Rost an neun Pfählen.", "cp1252 mac_roman"),
    "en": ("The council’s vote – “long overdue” – came on Monday after an inspection, and cost £400,000 of its money.", "cp1252 utf-16-be utf-32-be"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "encoding"), [(text, name) for text, names in SAMPLES.values() for name in names.split()]
)
def test_text_in_any_encoding(text: str, encoding: str) -> None:
    assert decode(f"{text}\n".encode(encoding), html=False) == f"{text}\n"


def test_text_that_was_spoilt_before_is_left_as_it_is() -> None:
    spoilt = SAMPLES["de"][0].encode().decode("cp1252", "replace").replace("\ufffd", "")
    assert decode(spoilt.encode(), html=False) == spoilt


# What a file is


@pytest.mark.parametrize(
    ("data", "name", "media_type", "kind"),
    [
        (printed(), "story.txt", "", "pdf"),
        (b"\n" * 30 + printed(), "story", "", "pdf"),
        (word(story_in_word), "story.pdf", "application/pdf", "docx"),
        (mail("Hello, all.").as_bytes(), "story.eml", "", "eml"),
        (mail("Hello, all.", MIME_Version="1.0").as_bytes(), "story.txt", "", "eml"),
        (PAGE.encode(), "story.txt", "text/plain", "html"),
        (b"Just a text, of some words.", "story.html", "", "text"),
        (b"Subject: a text\nFrom: a friend\n\nthat looks like one.", "story.txt", "", "text"),
        ("Ein Text für alle".encode("utf-16"), "", "", "text"),
        (b"<b>bold</b> prose", "story.html", "", "html"),
    ],
)
def test_a_file_is_what_its_bytes_are(data: bytes, name: str, media_type: str, kind: str) -> None:
    assert kind_of(data, kind_by_name(name, media_type)) == kind
