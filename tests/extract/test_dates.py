"""Dates as people write them, in many languages, and never with a zone that was not stated."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extract.dates import find_dates, iso_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Posted : December 19, 2024, 16:55 Updated : December 19, 2024, 17:01",
            ["2024-12-19T16:55:00", "2024-12-19T17:01:00"],
        ),
        ("입력 2025년 5월 15일 20:00 수정 2025년 5월 16일 06:11", ["2025-05-15T20:00:00", "2025-05-16T06:11:00"]),
        ("2025年1月14日 21時17分", ["2025-01-14T21:17:00"]),
        ("25.04.2024, 08:18 Uhr", ["2024-04-25T08:18:00"]),
        ("Le 3 mars 2024 à 18h05", ["2024-03-03T18:05:00"]),
        ("19 de diciembre de 2024 a las 10:30", ["2024-12-19T10:30:00"]),
        ("12:20pm Jan 7, 2024", ["2024-01-07T12:20:00"]),
        ("26 August 2024 16:30 KST", ["2024-08-26T16:30:00+09:00"]),
        ("May 3, 2024 at 5 p.m. ET", ["2024-05-03T17:00:00-04:00"]),
        ("03/04/2024", ["2024-04-03"]),
        ("12. MÄR 2025 18:03", ["2025-03-12T18:03:00"]),
        ("July 3, 2024 at 5:10 pm PT", ["2024-07-03T17:10:00-07:00"]),
        ("3 Jan 2025, 21:40 IST", ["2025-01-03T21:40:00+05:30"]),
        ("3 January 2025 21:40 GMT+9", ["2025-01-03T21:40:00+09:00"]),
        ("5:00 PM PDT Tue May 3, 2024", ["2024-05-03T17:00:00-07:00"]),
        ("20/11/2024 às 09h15", ["2024-11-20T09:15:00"]),
        ("20. marraskuuta 2024 klo 9.15", ["2024-11-20T09:15:00"]),
        ("20. 11. 2024 ob 9:15", ["2024-11-20T09:15:00"]),
        ("20 Nov 2024 09:15 WIB", ["2024-11-20T09:15:00+07:00"]),
        ("20.11.2024, 18:05 Uhr MEZ", ["2024-11-20T18:05:00+01:00"]),
        ("20 Nov 2024, 18:05 hrs (IST)", ["2024-11-20T18:05:00+05:30"]),
        ("5 мая 2024, 18:05 МСК", ["2024-05-05T18:05:00+03:00"]),
        ("31 February 2024, 99:99", []),
    ],
)
def test_printed_dates(text: str, expected: list[str]) -> None:
    assert [stamp.iso for stamp in find_dates(text)] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-12-19T16:55:00.123+0900", "2024-12-19T16:55:00+09:00"),
        ("2024-12-19T16:55Z", "2024-12-19T16:55:00+00:00"),
        ("2024-12-19 16:55", "2024-12-19T16:55:00"),
        ("20241219", "2024-12-19"),
        ("Thu, 19 Dec 2024 16:55:12 +0900", "2024-12-19T16:55:12+09:00"),
        ("2024-12-19 16:55 KST", "2024-12-19T16:55:00+09:00"),
        ("2024-12-19 04:55 PM", "2024-12-19T16:55:00"),
        ("1734595200000", "2024-12-19T08:00:00+00:00"),
        ("Thu Dec 19 2024 16:55:12 GMT+0900 (Korean Standard Time)", "2024-12-19T16:55:12+09:00"),
        ("yesterday", None),
        ("2024-13-41", None),
        ("0001-01-01T00:00:00Z", None),
    ],
)
def test_stated_times(value: str, expected: str | None) -> None:
    assert iso_time(value) == expected


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2099, 12, 31)))
def test_a_written_date_is_read_back(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    assert [s.iso for s in find_dates(f"Posted : {moment:%B} {moment.day}, {moment.year}, {moment:%H:%M}")] == [
        moment.isoformat()
    ]


@given(st.text(max_size=200))
def test_no_text_makes_the_grammar_fail(text: str) -> None:
    for stamp in find_dates(text):
        assert 0 <= stamp.start < stamp.end <= len(text)
        datetime.fromisoformat(stamp.iso)
    iso_time(text)
