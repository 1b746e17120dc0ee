"""The page "Capture tools": each way to bring in a page from where it is read, with this server's own address."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from app.access import Analyst
from app.api.extension import packed
from app.web import own_address, page

router = APIRouter()

LONGEST_PASSAGE = (
    2000  # in characters; in an address at most twice as many bytes, of which many servers take 8000 in all
)
LONGEST_TITLE = 300
_CODE = (
    "(()=>{const cut=(text,most)=>{let all=Array.from(String(text).trim()).slice(0,most),e;"
    "while((e=encodeURIComponent(all.join(''))).length>2*most)all=all.slice(0,-20);return e};"
    "location.href=SERVER+'/save?url='+encodeURIComponent(location.href)"
    "+'&title='+cut(document.title,TITLE)+'&quote='+cut(getSelection(),PASSAGE)})()"
)


def bookmarklet(server: str) -> str:
    """An address that, as a bookmark, leads from any page to /save with what is selected there."""
    values = {"SERVER": json.dumps(server), "TITLE": str(LONGEST_TITLE), "PASSAGE": str(LONGEST_PASSAGE)}
    code = _CODE
    for name, value in values.items():
        code = code.replace(name, value)
    return "javascript:" + quote(code, safe="!$&'()*+,-./:;=?@[]_~{}>")


@router.get("/capture")
def tools(request: Request, _user: Analyst, pressed: str = "") -> Response:
    """`pressed`: somebody clicked what is to be dragged."""
    server = own_address(request)
    context: dict[str, Any] = {"server": server, "bookmarklet": bookmarklet(server), "pressed": bool(pressed)}
    return page(request, "articles/capture_tools.html", **context)


@router.get("/capture/extension.zip")
def extension(_user: Analyst) -> Response:
    disposition = 'attachment; filename="quotidian-extension.zip"'
    return Response(packed(), media_type="application/zip", headers={"Content-Disposition": disposition})
