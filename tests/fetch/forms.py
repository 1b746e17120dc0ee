"""Ways of writing addresses that are not public: as C libraries, browsers, URL parsers and name servers read them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import quote

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
