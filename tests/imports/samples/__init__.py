"""Exports in the shape of each reader that people come from, about articles that we made up. `EXPECTED` says what each
holds, counted by hand: articles, highlights (passages), notes (replies and notes on articles too), tags, problems."""

from __future__ import annotations

import io
import json
import zipfile
from typing import NamedTuple


class Holds(NamedTuple):
    articles: int
    highlights: int
    notes: int
    tags: int
    problems: int = 0


FERRY = (
    "The ferry between Port Ilse and Tessen will stop on 1 March, the harbour office said on Monday.",
    "\u201cWe have carried nine passengers a day since the bridge was opened,\u201d said Maren Oduya, who heads the office. "
    "\u201cThat pays for neither crew nor fuel.\u201d",
    "The council of Tessen had asked for two more years \U0001f6a2 and offered 400,000 crowns; the office calls that a tenth of "
    "what is needed.",
    "Traders on both shores say that they were not asked. The bridge is closed to lorries in high wind, they say, and "
    "that was on 61 days last year.",
)
LIGHT = (
    "The lighthouse on Cape Arn is to be sold, with its garden and its two goats.",
    "The state paid 70,000 crowns a year for its upkeep. Nobody has kept watch there since the light was made to work by itself.",
    "A society of neighbours wants to buy it. It has 212 members and, so far, 31,000 crowns.",
)
FERRY_URL, LIGHT_URL = "https://ilse-courier.example/2024/12/ferry-stops", "https://coast-weekly.example/lighthouse"


def html(title: str, paragraphs: tuple[str, ...]) -> str:
    body = "".join(f"<p>{each}</p>\n" for each in paragraphs)
    return f"<h1>{title}</h1>\n{body}"


def _annotation(
    n: int, user: str, text: str = "", *, exact: str = "", tags: tuple[str, ...] = (), **more: object
) -> dict[str, object]:
    selectors = []
    if exact:
        whole = "\n".join(FERRY)
        at = whole.index(exact)
        before = len(whole[:at].encode("utf-16-le")) // 2
        selectors = [
            {
                "type": "RangeSelector",
                "startContainer": "/div[1]/p[1]",
                "startOffset": 4,
                "endContainer": "/div[1]/p[1]",
                "endOffset": 50,
            },
            {"type": "TextPositionSelector", "start": before + 214, "end": before + 214 + len(exact)},
            {
                "type": "TextQuoteSelector",
                "exact": exact,
                "prefix": whole[max(0, at - 32) : at],
                "suffix": whole[at + len(exact) :][:32],
            },
        ]
    id_ = f"aNn{n:02}-EeiK7ue_wXk2q0"
    target = {"source": FERRY_URL, **({"selector": selectors} if selectors else {})}
    return {
        "id": id_, "created": f"2024-12-2{n % 10}T10:0{n % 10}:17.430125+00:00", "updated": f"2024-12-2{n % 10}T11:0{n % 10}:17.430125+00:00",
        "user": f"acct:{user}@hypothes.is", "uri": FERRY_URL, "text": text, "tags": list(tags), "group": "__world__",
        "permissions": {"read": ["group:__world__"], "admin": [f"acct:{user}@hypothes.is"], "update": [f"acct:{user}@hypothes.is"],
                        "delete": [f"acct:{user}@hypothes.is"]},
        "target": [target], "document": {"title": ["Ferry to Tessen stops in March"]},
        "links": {"html": f"https://hypothes.is/a/{id_}", "json": f"https://hypothes.is/api/annotations/{id_}"},
        "user_info": {"display_name": None}, "flagged": False, "hidden": False, **more,
    }  # fmt: skip


def hypothesis() -> bytes:
    """Five passages (one of them private, one not in the text), a note on the page, a thread of two replies."""
    private = {"read": ["acct:boris_t@hypothes.is"], "admin": [], "update": [], "delete": []}
    root = "aNn01-EeiK7ue_wXk2q0"
    every = [
        _annotation(3, "leyla.k", "And who counted them?", references=[root, "aNn02-EeiK7ue_wXk2q0"]),
        _annotation(
            1,
            "boris_t",
            "Nine: *before* or after the fares went up?",
            exact="nine passengers a day",
            tags=("Figures", "ferry"),
        ),
        _annotation(2, "leyla.k", "After, says the report of 2023.", references=[root], tags=("report",)),
        _annotation(4, "boris_t", exact="a tenth of what is needed"),
        _annotation(
            5, "boris_t", "Ask the office for this.", exact="61 days last year", permissions=private, group="__world__"
        ),
        _annotation(6, "leyla.k", exact="they were not asked", tags=("who speaks",)),
        _annotation(7, "boris_t", "The best account so far.", tags=("ferry",)),
    ]
    lost = _annotation(8, "boris_t", "It is gone from the page now.")
    lost["target"] = [
        {
            "source": FERRY_URL,
            "selector": [{"type": "TextQuoteSelector", "exact": "The mayor wept when the last boat was painted grey"}],
        }
    ]
    export = {
        "export_date": "2025-01-07T09:12:44.101Z", "export_userid": "acct:boris_t@hypothes.is", "client_version": "1.1583.0",
        "annotations": [*every, lost],
    }  # fmt: skip
    return json.dumps(export, indent=2).encode()


READWISE = """Highlight,Book Title,Book Author,Amazon Book ID,Note,Color,Tags,Location Type,Location,Highlighted at,Document tags
"carried nine passengers a day since the bridge was opened",Ferry to Tessen stops in March,Ilse Varga,,"Check this, please",yellow,"figures,ferry",order,1,2024-12-21 10:04:11+00:00,"coast,ferry"
"That pays for neither crew nor fuel",Ferry to Tessen stops in March,Ilse Varga,,,blue,,order,2,2024-12-21 10:06:40+00:00,"coast,ferry"
"with its garden
and its two goats",Lighthouse for sale,"Ana Ruiz, Jon Bek",B00TEST,"Goats!
Two of them.",,garden,order,3,2024-12-22 08:00:00+00:00,
,,Nobody,,,,,,,,
"""
READER = """Title,URL,ID,Document tags,Saved date,Reading progress,Location,Seen
Ferry to Tessen stops in March,{ferry},01jferry000000000000000000,"['coast', 'ferry']",2024-12-21 10:00:00+00:00,1.0,archive,True
Lighthouse for sale,{light},01jlight000000000000000000,[],2024-12-22 09:30:00+00:00,0.25,later,False
No address,,01jnone,[],2024-12-22 09:30:00+00:00,0,new,False
""".replace("{ferry}", FERRY_URL).replace("{light}", LIGHT_URL)
POCKET = f"""title,url,time_added,tags,status
Ferry to Tessen stops in March,{FERRY_URL},1734775200,coast|ferry,archive
{LIGHT_URL},{LIGHT_URL},1734859800,,unread
"""
POCKET_HTML = f'''<!DOCTYPE html>
<html>
<head>
<meta charset="UTF-8">
<title>Pocket Export</title>
</head>
<body>
<h1>Unread</h1>
<ul>
<li><a href="{LIGHT_URL}?a=1&amp;b=2" time_added="1734859800" tags="">Lighthouse &amp; goats for sale</a></li>
</ul>
<h1>Read Archive</h1>
<ul>
<li><a href="{FERRY_URL}" time_added="1734775200" tags="coast,ferry">Ferry to Tessen stops in March</a></li>
</ul>
</body>
</html>
'''
INSTAPAPER = f"""URL,Title,Selection,Folder,Timestamp,Tags
{FERRY_URL},Ferry to Tessen stops in March,"nine passengers a day",Archive,1734775200,"[""coast"",""ferry""]"
{LIGHT_URL},Lighthouse for sale,,Coast,1734859800,[]
"""
RAINDROP = f"""id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite
901,Ferry to Tessen stops in March,Read this again,"The ferry between Port Ilse and Tessen",{FERRY_URL},News / Coast,"coast, ferry",2024-12-21T10:00:00.000Z,,"Highlight:nine passengers a day
Note:Since when?
Color:red

Highlight:they were not asked",true
902,Lighthouse for sale,,,{LIGHT_URL},Unsorted,,2024-12-22T09:30:00.000Z,,,false
"""


def wallabag() -> bytes:
    ferry = {
        "is_archived": 1, "is_starred": 1, "tags": ["coast", "ferry"], "is_public": False, "id": 17,
        "title": "Ferry to Tessen stops in March", "url": FERRY_URL, "given_url": FERRY_URL, "content": html("Ferry to Tessen stops in March", FERRY),
        "created_at": "2024-12-21T10:00:00+00:00", "updated_at": "2024-12-23T10:00:00+00:00", "published_at": "2024-12-16T15:30:00+01:00",
        "published_by": ["Ilse Varga", "Jon Bek"], "language": "en_GB", "mimetype": "text/html", "reading_time": 1, "domain_name": "ilse-courier.example",
        "annotations": [
            {"id": 5, "text": "Since when?", "created_at": "2024-12-21T10:05:00+00:00", "updated_at": "2024-12-21T10:06:00+00:00",
             "quote": "nine passengers a day", "ranges": [{"start": "/p[2]", "startOffset": "17", "end": "/p[2]", "endOffset": "38"}]},
            {"id": 6, "text": "", "quote": "61 days last year", "created_at": "2024-12-21T10:07:00+00:00", "updated_at": "2024-12-21T10:07:00+00:00",
             "ranges": [{"start": "/p[4]", "startOffset": "118", "end": "/p[4]", "endOffset": "135"}]},
        ],
    }  # fmt: skip
    light = {
        "is_archived": 0, "is_starred": 0, "tags": [], "id": 18, "title": "Lighthouse for sale", "url": LIGHT_URL,
        "content": html("Lighthouse for sale", LIGHT), "created_at": "2024-12-22T09:30:00+00:00", "updated_at": "2024-12-22T09:30:00+00:00",
        "published_at": None, "published_by": None, "language": "en", "annotations": [],
    }  # fmt: skip
    return json.dumps([ferry, light, {"is_archived": 0, "title": "Without an address"}]).encode()


def zipped(files: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in files.items():
            opened.writestr(name, text)
    return file.getvalue()


def omnivore() -> bytes:
    first = [{
        "id": "b1c7e1c2-0000-4000-8000-000000000001", "slug": "ferry-stops-193a", "title": "Ferry to Tessen stops in March", "description": "The ferry",
        "author": "Ilse Varga", "url": FERRY_URL, "state": "Archived", "readingProgress": 100, "thumbnail": "", "labels": ["coast", "ferry"],
        "savedAt": "2024-10-21T10:00:00.000Z", "updatedAt": "2024-10-21T11:00:00.000Z", "publishedAt": "2024-10-16T00:00:00.000Z",
    }]  # fmt: skip
    second = [{
        "id": "b1c7e1c2-0000-4000-8000-000000000002", "slug": "lighthouse-193b", "title": "Lighthouse for sale", "author": None, "url": LIGHT_URL,
        "state": "Active", "readingProgress": 0, "labels": [], "savedAt": "2024-10-22T09:30:00.000Z", "publishedAt": None,
    }, {"id": "no slug"}]  # fmt: skip
    marked = (
        "A note on all of it.\n\n\n\n> nine passengers a day \n\n#figures #who speaks\n\nSince when?\n\nAnd who counted?\n\n"
        "> That pays for neither crew nor fuel. \n\n> what is needed.\n> Traders on both shores "
    )
    return zipped({
        "metadata_0_to_20.json": json.dumps(first), "metadata_20_to_40.json": json.dumps(second),
        "content/ferry-stops-193a.html": html("Ferry to Tessen stops in March", FERRY), "content/lighthouse-193b.html": html("Lighthouse for sale", LIGHT),
        "highlights/ferry-stops-193a.md": marked,
    })  # fmt: skip


def karakeep() -> bytes:
    return json.dumps({"bookmarks": [
        {"createdAt": 1734775200, "title": "Ferry to Tessen stops in March", "tags": ["coast", "ferry"], "content": {"type": "link", "url": FERRY_URL},
         "note": "Read this again", "archived": True},
        {"createdAt": 1734859800, "title": None, "tags": [], "content": {"type": "text", "text": "A thought of my own\n\n" + "\n\n".join(LIGHT)}, "note": None},
        {"createdAt": 1734859801, "title": "Lost", "tags": ["x"], "content": None, "note": None},
    ]}).encode()  # fmt: skip


def linkwarden() -> bytes:
    return json.dumps({
        "id": 1, "name": "Boris", "username": "boris", "email": None,
        "collections": [
            {"id": 2, "name": "News", "description": "", "parentId": None, "links": []},
            {"id": 3, "name": "Coast", "description": "", "parentId": 2, "links": [
                {"id": 9, "name": "Ferry to Tessen stops in March", "type": "url", "description": "Read this again", "url": FERRY_URL,
                 "createdAt": "2024-12-21T10:00:00.000Z", "importDate": None, "tags": [{"id": 4, "name": "coast"}, {"id": 5, "name": "ferry"}]},
                {"id": 10, "name": "Lighthouse for sale", "type": "url", "description": "", "url": LIGHT_URL, "createdAt": "2024-12-22T09:30:00.000Z", "tags": []},
            ]},
        ],
        "pinnedLinks": [{"id": 9, "name": "Ferry to Tessen stops in March"}], "whitelistedUsers": [],
    }).encode()  # fmt: skip


NETSCAPE = f'''<!DOCTYPE NETSCAPE-Bookmark-file-1>
<!-- This is an automatically generated file. -->
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
    <DT><H3 ADD_DATE="1734770000" LAST_MODIFIED="1734770000" PERSONAL_TOOLBAR_FOLDER="true">News</H3>
    <DL><p>
        <DT><H3 ADD_DATE="1734770000">Coast</H3>
        <DL><p>
            <DT><A HREF="{FERRY_URL}" ADD_DATE="1734775200" PRIVATE="0" TOREAD="1" TAGS="coast,ferry">Ferry to Tessen stops in March</A>
            <DD>Read this again
            <DT><H3 ADD_DATE="1734770000">Empty</H3>
            <DD>What nobody has filled
            <DL><p>
            </DL><p>
        </DL><p>
        <DT><A HREF="javascript:alert(1)" ADD_DATE="1734775201">A button</A>
    </DL><p>
    <DT><A HREF="{LIGHT_URL}" ADD_DATE="1734859800" ICON="data:image/png;base64,iVBORw0KGgo=">Lighthouse &amp; goats for sale</A>
</DL><p>
'''
RIS = f"""TY  - NEWS
TI  - Ferry to Tessen stops in March
AU  - Varga, Ilse
AU  - Bek, Jon
T2  - The Ilse Courier
DA  - 2024/12/16/
PY  - 2024
UR  - {FERRY_URL}
Y2  - 2024/12/21/10:00:00
AB  - The ferry between Port Ilse
and Tessen will stop.
N1  - <p>Nine passengers: <strong>since when?</strong></p>
<p>Ask the office.</p>
N1  - A second note.
KW  - coast
ferry
LA  - en
ER  -

TY  - BLOG
TI  - Lighthouse for sale
UR  - {LIGHT_URL}
ER  -
TY  - BOOK
TI  - A book about boats
ER  -
"""
FACTIVA = f"""
SE  Coast
HD  Ferry to Tessen stops in March
BY  By Ilse Varga and Jon Bek
WC  118 words
PD  16 December 2024
ET  15:30
SN  The Ilse Courier
SC  ILSEC
LA  English
CY  (c) 2024 The Ilse Courier
LP
{FERRY[0]}

{FERRY[1]}

TD
{FERRY[2]}

{FERRY[3]}

NS  gtrans : Transport | gferry : Ferries
RE  ilse : Port Ilse
AN  Document ILSEC00020241216ekcg0000a


Document ILSEC00020241216ekcg0000a

HD  Lighthouse for sale
WC  52 words
PD  17 December 2024
SN  Coast Weekly
LA  English
LP
{LIGHT[0]}

TD
{LIGHT[1]}

{LIGHT[2]}

AN  Document COASTW0020241217ekch00001


Document COASTW0020241217ekch00001
"""


def pocket_zip() -> bytes:
    first, second = POCKET.splitlines(keepends=True)[1:]
    header = POCKET.splitlines(keepends=True)[0]
    marks = [
        {
            "url": FERRY_URL,
            "title": "Ferry",
            "highlights": [{"quote": "nine passengers a day", "created_at": 1734775300}],
        }
    ]
    return zipped({
        "part_000000.csv": header + first, "part_000001.csv": header + second, "annotations/part_000000.json": json.dumps(marks),
    })  # fmt: skip


SAMPLES: dict[str, tuple[str, bytes]] = {
    "hypothesis": ("hypothesis.json", hypothesis()),
    "readwise": ("readwise-data.csv", READWISE.encode()),
    "reader": ("reader_export.csv", READER.encode()),
    "pocket": ("part_000000.csv", POCKET.encode()),
    "pocket-html": ("ril_export.html", POCKET_HTML.encode()),
    "pocket-zip": ("pocket.zip", pocket_zip()),
    "instapaper": ("instapaper-export.csv", INSTAPAPER.encode()),
    "raindrop": ("raindrop.csv", b"\xef\xbb\xbf" + RAINDROP.encode()),
    "wallabag": ("All articles.json", wallabag()),
    "omnivore": ("omnivore-export.zip", omnivore()),
    "karakeep": ("karakeep-export.json", karakeep()),
    "linkwarden": ("backup.json", linkwarden()),
    "bookmarks": ("bookmarks.html", NETSCAPE.encode()),
    "ris": ("My Library.ris", b"\xef\xbb\xbf" + RIS.replace("\n", "\r\n").encode()),
    "factiva": ("Factiva-20250107-1012.txt", FACTIVA.encode()),
}
EXPECTED: dict[
    str, Holds
] = {  # notes: of highlights, replies and on the article; tags: each once, of articles and notes
    "hypothesis": Holds(1, 5, 6, 4),
    "readwise": Holds(2, 3, 2, 4, 1),
    "reader": Holds(2, 0, 0, 2, 1),
    "pocket": Holds(2, 0, 0, 2),
    "pocket-html": Holds(2, 0, 0, 2),
    "pocket-zip": Holds(2, 1, 0, 2),
    "instapaper": Holds(2, 1, 0, 2),
    "raindrop": Holds(2, 2, 2, 2),
    "wallabag": Holds(2, 2, 1, 2, 1),
    "omnivore": Holds(2, 3, 2, 4, 1),
    "karakeep": Holds(2, 0, 1, 2, 1),
    "linkwarden": Holds(2, 0, 1, 2),
    "bookmarks": Holds(2, 0, 1, 2, 1),
    "ris": Holds(2, 0, 3, 2, 1),
    "factiva": Holds(2, 0, 0, 2),
}
