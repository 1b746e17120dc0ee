"""What the client of Hypothesis is given: its boot script, its files, its frame and an article's plain page."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from tests.making import make_article

TEMPLATE = 'var all=["__ASSET_ROOT__","__SIDEBAR_APP_URL__","__NOTEBOOK_APP_URL__","__PROFILE_APP_URL__"];'


@pytest.fixture
def settings(settings, tmp_path):
    return replace(settings, client_dir=tmp_path / "client")


@pytest.fixture
def installed(tmp_path):
    build = tmp_path / "client/build"
    (build / "styles").mkdir(parents=True)
    (build / "boot-template.js").write_text(TEMPLATE)
    (build / "styles/a.css").write_text("p{}")
    (tmp_path / "client/package.json").write_text("{}")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("address", ["/embed.js", "/client/build/boot.js"])
def test_the_boot_script_leads_to_this_server(client, address):
    answer = client().get(address)
    found = json.loads(answer.text.removeprefix("var all=").removesuffix(";"))
    own = "http://testserver"
    assert found == [f"{own}/client/", f"{own}/app.html", f"{own}/notebook", f"{own}/user-profile"]
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.usefixtures("installed")
def test_its_files_are_served_and_no_others(client):
    assert client().get("/client/build/styles/a.css").headers["content-type"].startswith("text/css")
    for name in ("../package.json", "%2e%2e/package.json", "styles", "%00", "none.js"):
        assert client().get(f"/client/build/{name}").status_code == 404


@pytest.mark.usefixtures("installed")
def test_the_frame_may_stand_in_any_page_and_knows_the_api(client):
    answer = client().get("/app.html")
    config = json.loads(re.findall(r"hypothesis-config\">(.*?)</script>", answer.text)[0])
    assert (config["apiUrl"], config["authDomain"]) == ("http://testserver/api/", "testserver")
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in client().get("/sign-in").headers["content-security-policy"]


@pytest.mark.usefixtures("installed")
def test_an_article_opens_with_the_client(client, database):
    article = make_article(database, paragraphs=("Crates stood on the quay.",))
    answer = client("alice").get(f"/articles/{article}/hypothesis")
    assert "<p>Crates stood on the quay.</p>" in answer.text
    assert "frame-src 'self'" in answer.headers["content-security-policy"]


def test_where_it_is_not_installed_that_is_said(client):
    answer = client().get("/embed.js")
    assert answer.status_code == 404
    assert "make client" in answer.text
    assert "make client" in client("alice").get("/tools/hypothesis").text
