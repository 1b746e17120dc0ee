"""No way of writing an address leads into a private network. What is tried is recorded where sockets connect, and a
naive client is sent along the same ways, to show that they do lead there."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.addresses import is_public, parse
from app.fetch import PAGE, FetchError, fetch
from tests.fetch.forms import PRIVATE_4, PRIVATE_6, PUBLIC, addresses


def naively(url: str) -> None:
    """What a program without this care does."""
    host, _, port = url.removeprefix("http://").partition("/")[0].rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=2) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        connection.recv(100)


def test_no_address_form_leads_to_a_private_address(canary: tuple[int, list[str]], tried: list[str]):
    port, reached = canary
    forms = addresses(port)
    assert len(forms) > 300
    refusals = []
    for url in forms:
        with pytest.raises(FetchError) as raised:
            fetch(url, accept=PAGE, deadline=2)
        refusals.append(raised.value.cause)
    assert tried == [], "something was connected to"
    assert reached == []
    assert set(refusals) <= {"address", "scheme", "credentials", "private", "unknown_host"}

    led_astray = 0
    for url in forms:
        before = len(tried)
        with suppress(OSError, ValueError):
            naively(url)
        led_astray += any(not is_public(ipaddress.ip_address(place.partition("%")[0])) for place in tried[before:])
    assert led_astray > 100
    assert len(reached) > 20


def test_a_name_that_changes_its_mind_is_looked_up_once(
    canary: tuple[int, list[str]], tried: list[str], monkeypatch: pytest.MonkeyPatch
):
    port, reached = canary
    said = []

    def rebind(host: str, port: int, **_: int) -> list[object]:
        said.append("127.0.0.1" if said else "93.184.216.34")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (said[-1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    with pytest.raises(FetchError, match="Nothing answers"):
        fetch(f"http://rebinding.example:{port}/", accept=PAGE, deadline=2)
    assert tried == said == ["93.184.216.34"]
    with pytest.raises(FetchError, match="private network"):
        fetch(f"http://rebinding.example:{port}/", accept=PAGE, deadline=2)
    assert reached == []


def test_this_machine_is_not_reached_by_its_public_address(tried: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket.socket, "getsockname", lambda _: ("93.184.216.34", 40000))
    with pytest.raises(FetchError, match="private network"):
        fetch("http://93.184.216.34/", accept=PAGE, deadline=2)
    assert tried == []


def test_an_allowed_private_host_is_reached(canary: tuple[int, list[str]], tried: list[str]):
    port, reached = canary
    url = f"http://Localhost.:{port}/minutes"
    page = fetch(url, accept=PAGE, allow=frozenset({f"localhost:{port}"}), deadline=2)
    assert page.content == b"secret"
    assert len(reached) == 1


@pytest.mark.parametrize("address", [*PRIVATE_4, *PRIVATE_6])
def test_private_addresses_are_known(address: str):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_known(address: str):
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_is_as_private_wrapped_as_bare(address: ipaddress.IPv4Address):
    assert is_public(ipaddress.ip_address(f"64:ff9b::{address}")) == is_public(address)
    assert not is_public(ipaddress.ip_address(f"::ffff:{address}"))
    assert not (is_public(address) and not address.is_global)


@given(
    st.text(alphabet=st.sampled_from("htps:/?#@[]%.\\ 0127xaéß。١-_\n"), max_size=40).map(lambda rest: "http://" + rest)
)
def test_an_address_is_refused_or_canonical(url: str):
    try:
        address = parse(url)
    except FetchError:
        return
    assert address.url.isascii()
    assert not set(address.url) & set(" \n\\#")
    assert parse(address.url) == address


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("  HTTPS://Example.COM:443/a b?q=é#x ", "https://example.com/a%20b?q=%C3%A9"),
        ("http://example.com", "http://example.com/"),
        ("http://münchen.example/", "http://xn--mnchen-3ya.example/"),
        ("http://example.com.:8080/100%25", "http://example.com:8080/100%25"),
        ("http://[2606:4700:0::1111]/", "http://[2606:4700::1111]/"),
    ],
)
def test_addresses_have_one_form(given: str, canonical: str):
    assert parse(given).url == canonical
