"""The page of tools, the manifest of the web app, and the packed extension."""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from PIL import Image

from app.api.extension import FOLDER, packed
from app.api.tools import bookmarklet
from app.main import create_app
from app.settings import ROOT


def test_each_tool_is_told_this_servers_address(client, settings) -> None:
    page = client("alice").get("/capture").text
    assert "<code>http://testserver/api/capture</code>" in page
    assert "give the server <code>http://testserver</code>" in page.replace("Give", "give")
    link = re.search(r'id="drag" href="([^"]*)"', page)
    assert link
    assert unquote(html.unescape(link[1])).startswith("javascript:(()=>{")
    assert "location.href=\"http://testserver\"+'/save?url='" in unquote(html.unescape(link[1]))


def test_the_public_address_goes_before_the_one_asked(client, settings) -> None:
    app = create_app(replace(settings, public_url="https://reader.example/"))
    browser = client("alice")
    browser._transport.app = app
    page = browser.get("/capture").text
    assert "<code>https://reader.example/api/capture</code>" in page
    app.state.database.close()


def test_the_bookmarklet_has_no_character_that_an_attribute_or_address_breaks_at() -> None:
    assert re.fullmatch(r"javascript:[!$&'()*+,\-./:;=?@\[\]_~{}>%\w]+", bookmarklet('https://a.example/"x y'))


def test_the_menu_leads_to_the_tools_for_those_who_may_add(client) -> None:
    assert 'href="/capture"' in client("alice").get("/").text
    assert 'href="/capture"' not in client("charlie").get("/").text
    assert client("charlie").get("/capture").status_code == 403


def test_the_manifest_makes_the_site_an_app_that_can_be_shared_to(client) -> None:
    found = re.search(r'rel="manifest" href="([^"]*)"', client().get("/sign-in").text)
    assert found
    answer = client().get(found[1])
    assert answer.headers["content-type"].startswith("application/manifest+json")
    manifest = answer.json()
    assert {name: manifest[name] for name in ("id", "scope", "start_url", "display")} == {
        "id": "/", "scope": "/", "start_url": "/", "display": "standalone",
    }  # fmt: skip
    assert manifest["share_target"] == {
        "action": "/save", "method": "GET", "params": {"title": "title", "text": "text", "url": "url"},
    }  # fmt: skip
    sizes = set()
    for icon in manifest["icons"]:
        if icon["type"] == "image/png":
            content = client().get(urljoin(found[1], icon["src"])).content
            with Image.open(io.BytesIO(content)) as picture:
                assert f"{picture.width}x{picture.height}" == icon["sizes"]
            sizes.add((icon["sizes"], icon.get("purpose", "any")))
    assert sizes == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}


def test_the_packed_extension_is_whole_and_always_the_same(client, tmp_path: Path) -> None:
    target = tmp_path / "build/extension.zip"
    subprocess.run([sys.executable, "-m", "app.api.extension", target], check=True, cwd=ROOT, capture_output=True)
    answer = client("alice").get("/capture/extension.zip")
    assert answer.content == target.read_bytes() == packed()
    assert answer.headers["content-disposition"] == 'attachment; filename="quotidian-extension.zip"'
    with zipfile.ZipFile(target) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {name: archive.read(name) for name in archive.namelist()} == {
            path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()
        }


@pytest.fixture
def manifest() -> dict[str, object]:
    return json.loads((FOLDER / "manifest.json").read_text())


def test_the_extension_asks_for_little(manifest) -> None:
    assert manifest["manifest_version"] == 3
    assert set(manifest["permissions"]) == {"activeTab", "scripting", "storage", "contextMenus", "notifications"}
    assert "host_permissions" not in manifest
    assert "content_scripts" not in manifest


def test_what_the_extension_names_is_there(manifest) -> None:
    named = [manifest["background"]["service_worker"], manifest["options_ui"]["page"], *manifest["icons"].values()]
    for path in FOLDER.glob("*.js"):
        named += re.findall(r'from "\./([^"]+)"', path.read_text())
    named += re.findall(r'(?:src|href)="([^"]+)"', (FOLDER / "options.html").read_text())
    assert [each for each in named if not (FOLDER / each).is_file()] == []
    for size, icon in manifest["icons"].items():
        with Image.open(FOLDER / icon) as picture:
            assert picture.size == (int(size), int(size))
