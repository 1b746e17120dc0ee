"""What has not changed is not sent again; a site that asks to wait is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from app.fetch import FEED, PAGE, FetchError, fetch

if TYPE_CHECKING:
    from conftest import Site


def fetch_from(site: Site, path: str, **options: Any):
    return fetch(site.url(path), **{"accept": PAGE, "allow": frozenset({site.host_port}), **options})


def test_the_second_time_only_the_news_are_asked_for(site: Site):
    first = fetch_from(site, "/dated")
    assert not first.unchanged
    assert (first.headers["etag"], first.headers["last-modified"]) == ('"one"', "Monday")
    again = fetch_from(site, "/dated", etag=first.headers["etag"], last_modified="Monday")
    assert (again.unchanged, again.status, again.content) == (True, 304, b"")
    assert "if-modified-since: monday" in site.requests[-1].lower()
    assert not fetch_from(site, "/dated", etag='"two"').unchanged


@pytest.mark.parametrize("etag", ['"a"\r\nX-Evil: 1', '"\x00"', '"ä"'])
def test_what_a_site_once_sent_cannot_write_headers(site: Site, etag: str):
    assert fetch_from(site, "/dated", etag=etag).status == 200
    assert "if-none-match" not in site.requests[-1].lower()
    assert "evil" not in site.requests[-1].lower()


def test_unchanged_is_an_answer_only_to_those_who_asked(site: Site):
    with pytest.raises(FetchError) as raised:
        fetch_from(site, "/status/304")
    assert raised.value.answered == 304


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("999999999999", 86_400),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("²", None),
        ("Thu, 01 Jan 2015 00:00:00 GMT", 0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 86_400),
        ("Mon, 99 Jan 99999 00:00:00 GMT", None),
    ],
)
def test_how_long_a_site_asks_to_wait(site: Site, header: str, seconds: float | None):
    with pytest.raises(FetchError) as raised:
        fetch_from(site, f"/later/429-{quote(header, safe='')}")
    assert (raised.value.answered, raised.value.retry_after) == (429, seconds)


def test_a_feed_may_be_of_any_type(site: Site):
    assert fetch_from(site, "/film", accept=FEED).media_type == "video/mp4"
    assert "application/rss+xml" in site.requests[-1]


def test_what_was_asked_for_is_told_beside_where_it_was_found(site: Site):
    page = fetch_from(site, "/to/!page")
    assert (page.asked, page.url) == (site.url("/to/!page"), site.url("/page"))
