"""No way of writing an address leads into a private network. What is tried is recorded where sockets connect, and a
naive client is sent along the same ways, to show that they do lead there."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.addresses import is_public, parse
from app.fetch import PAGE, FetchError, fetch

PRIVATE_4 = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0",  # noqa: S104
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.8", "192.0.0.170", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
]  # fmt: skip
PRIVATE_6 = [
    "::1", "::", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::1", "2001:db8::1",
    "3fff::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1", "100::1", "5f00::1",
    "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001", "::0001", "::ffff:169.254.169.254",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::8.8.8.8"]
NAMES = {  # what the name servers of the test say
    "localhost": ["::1", "127.0.0.1"],
    "localhost.localdomain": ["127.0.0.1"],
    "printer": ["192.168.1.20"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "mixed.example": ["93.184.216.34", "10.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "sixtofour.example": ["2002:7f00:1::"],
    "scoped.example": ["fe80::1%lo"],
    "multicast.example": ["224.0.0.251"],
}


def ways_to_write(four: str) -> Iterator[str]:
    """An IPv4 address as C libraries, browsers and URL parsers read it."""
    numbers = [int(part) for part in four.split(".")]
    whole = int(ipaddress.IPv4Address(four))
    a, b, c, d = numbers
    yield from (
        four,
        f"{four}.",
        f"{four}..",
        str(whole),
        hex(whole),
        hex(whole).upper(),
        f"0{whole:o}",
        f"0x{whole:016x}",
    )
    yield from (f"{a}.{b}.{c * 256 + d}", f"{a}.{(b << 16) + (c << 8) + d}", f"0x{a:x}.{(b << 16) + (c << 8) + d}")
    yield from (
        ".".join(f"{sign}{number:{form}}" for number in numbers)
        for sign, form in (("0x", "x"), ("0", "o"), ("0x", "08x"), ("", "03d"), ("000", "o"))
    )
    yield f"0x{a:x}.{b}.0{c:o}.{d}"
    yield from (str(whole + (1 << 32)), f"{a + 256}.{b}.{c}.{d}", f"-{a}.{b}.{c}.{d}")
    yield from (four.replace(".", dot) for dot in "。．｡․")
    yield "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in four)
    yield "".join(chr(0x2460 + int(char) - 1) if char in "123456789" else char for char in four)
    yield "".join(f"%{ord(char):02x}" for char in four)
    yield from (
        four.replace(".", "%2e"),
        four.replace(".", "%E3%80%82"),
        quote(f"{four}\0.example"),
        f"{four}%00",
        f"{four}%20",
    )
    yield from (
        f"\u00ad{four}",
        four.replace(".", "\u200b."),
        f"{four}\ufe0f",
        f"[{four}]",
        f"[::{four}]",
        f"[::ffff:{four}]",
    )


def addresses(port: int) -> list[str]:
    hosts = [
        host for four in ("127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.1.1") for host in ways_to_write(four)
    ]
    hosts += [
        "127.1",
        "127.0.1",
        "0",
        "0x0",
        "00",
        "0.0",
        "127.0.0.1.nip.example",
        "①②⑦.⓪.⓪.①",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "LOCALHOST",
    ]
    hosts += [*PRIVATE_4, *NAMES, *(f"{name}." for name in NAMES), "localhost%2e", "local%68ost", "ſcoped.example"]
    hosts += [f"[{six}]" for six in PRIVATE_6] + [f"[{six.upper()}]" for six in PRIVATE_6]
    hosts += [
        "[::1%lo]",
        "[::1%25lo]",
        "[fe80::1%1]",
        "[v1.127.0.0.1]",
        "[::1].example",
        "::1",
        "[0x7f.1]",
        "[",
        "[]",
        "",
    ]
    there = f"127.0.0.1:{port}"
    elsewhere = [
        f"http://example.com@{there}/", f"http://example.com:80@{there}/", f"http://example.com%40{there}/",
        f"http://{there}#@example.com/", f"http://{there}?@example.com/", f"http://{there}\\@example.com/",
        f"http://example.com\\@{there}/", f"http:\\\\{there}/", f"http:/{there}/", f"http:{there}/", f"http:///{there}/",
        f"//{there}/", there, f"\thttp://{there}/", f"\u00a0http://{there}/", f"http://\t{there}/", f"http://127.0.\n0.1:{port}/",
        f"http://{there} .example.com/", f"http://127.0.0.1 :{port}/", f"http://127.0.0.1:+{port}/", f"http://127.0.0.1:0{port}/",
        f"http://127.0.0.1:{port + 65536}/", "http://127.0.0.1:/", "http://127.0.0.1:٨٠/", "http://127.0.0.1:-80/",
        f"HtTp://{there}/", f"https://{there}/", f"ftp://{there}/", f"gopher://{there}/_x", f"dict://{there}/x", f"ws://{there}/",
        "file:///etc/passwd", f"url:http://{there}/", f"view-source:http://{there}/", f"jar:http://{there}!/", "data:text/html,x",
        f"http://[::1]:{port}/", f"http://localhost:{port}/", f"http://user@localhost:{port}/", f"http://@localhost:{port}/",
        f"http://{there},example.com/", f"http://{there};example.com/", f"http://example.com,{there}/", f"http://*.{there}/",
    ]  # fmt: skip
    return [f"http://{host}:{port}/" for host in hosts] + elsewhere


@pytest.fixture
def canary() -> Iterator[tuple[int, list[str]]]:
    """Something private: its port, and the heads of what reached it."""
    reached: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                reached.append(connection.recv(200).decode("latin-1"))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\nsecret")
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], reached
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every IP address a stream socket is told to connect to. Only the loopback interface is really reached; names
    are looked up in NAMES, numbers by the C library, so that its leniency counts."""
    attempts: list[str] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def recording_connect(self: socket.socket, place: tuple[str, int]) -> None:
        if self.type == socket.SOCK_STREAM:
            attempts.append(place[0])
            if place[0] not in ("127.0.0.1", "::1"):
                raise ConnectionRefusedError
        connect(self, place)

    def look_up_here(host: str, port: int, *args: int, type: int = socket.SOCK_STREAM, **_: int) -> list[object]:
        places = NAMES.get(host.rstrip(".").lower(), [host])
        return [found for place in places for found in look_up(place, port, type=type, flags=socket.AI_NUMERICHOST)]

    monkeypatch.setattr(socket.socket, "connect", recording_connect)
    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)
    return attempts


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
