"""Connections to checked addresses only, under one clock: what httpcore gets from fetch.py instead of plain sockets.
Refuses private addresses and this machine's own, whatever name led there."""

from __future__ import annotations

import functools
import ipaddress
import math
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import certifi
import httpcore

from app.addresses import Address, FetchError, is_public

CONNECT_TIMEOUT = 4.0
CONNECT_TRIES = 4

_Place = tuple[Any, ...]  # as getaddrinfo gives it: address, port, and for IPv6 two more


@dataclass(frozen=True)
class Clock:
    end: float

    def later(self, seconds: float) -> Clock:
        return Clock(self.end + seconds)

    def left(self, at_most: float = math.inf) -> float:
        """Seconds to wait at most; raises FetchError when the time is up."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise _too_slow()
        return min(left, at_most)


def _too_slow() -> FetchError:
    return FetchError("slow", "This site took too long to answer. Please try again later.")


class GuardedBackend(httpcore.NetworkBackend):
    """Connects httpcore to checked addresses only."""

    def __init__(self, address: Address, *, allow: frozenset[str], room: int, clock: Clock) -> None:
        self._address, self._allow, self._room, self._clock = address, allow, room, clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        found = _resolve(self._address, self._clock)
        if self._address.host_port not in self._allow:
            _check(self._address, found)
        timed_out = False
        for family, place in found[:CONNECT_TRIES]:
            try:
                sock = _connect(family, place, self._clock.left(CONNECT_TIMEOUT))
            except OSError as error:
                timed_out = isinstance(error, TimeoutError)
            else:
                return _GuardedStream(sock, self._room, self._clock)
        if timed_out:
            raise FetchError("slow", "This site did not answer in time. Is the address right?")
        message = f"Nothing answers at {self._address.authority}. Is the address right?"
        raise FetchError("unreachable", message)


def _connect(family: socket.AddressFamily, place: _Place, timeout: float) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect(place)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        sock.close()
        raise
    return sock


class _GuardedStream(httpcore.NetworkStream):
    """A connection that ends when its time or its room for bytes is used up."""

    def __init__(self, sock: socket.socket, room: int, clock: Clock) -> None:
        self._sock, self._room, self._clock = sock, room, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._sock.settimeout(self._clock.left())
        try:
            data = self._sock.recv(max_bytes)
        except TimeoutError:
            raise _too_slow() from None
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error
        self._room -= len(data)
        if self._room < 0:
            raise FetchError("large", "This site sends more than is read.")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._sock.settimeout(self._clock.left())
        try:
            self._sock.sendall(buffer)
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._sock.settimeout(self._clock.left())
        try:
            return _GuardedStream(
                ssl_context.wrap_socket(self._sock, server_hostname=server_hostname), self._room, self._clock
            )
        except ssl.SSLCertVerificationError as error:
            message = f"This site's certificate is not valid: {error.verify_message}."
            raise FetchError("tls", message) from error
        except TimeoutError:
            raise _too_slow() from None
        except OSError as error:
            raise FetchError("tls", "No secure connection to this site could be made.") from error
        finally:
            self._sock.close()  # taken over by now, unless it failed early

    def get_extra_info(self, info: str) -> Any:
        return None


@functools.cache
def tls_context() -> ssl.SSLContext:
    context = ssl.create_default_context()  # the system's certificates, for an intranet
    context.load_verify_locations(certifi.where())
    return context


def _resolve(address: Address, clock: Clock) -> list[tuple[socket.AddressFamily, _Place]]:
    """Every address of a host. In a thread of its own, as a name lookup cannot be given a time limit."""
    literal = address.literal
    if literal is not None:
        return [(socket.AF_INET if literal.version == 4 else socket.AF_INET6, (address.host, address.port))]
    answers: queue.SimpleQueue[list[tuple[Any, ...]] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look_up, daemon=True, name="name lookup").start()
    try:
        answer = answers.get(timeout=clock.left())
    except queue.Empty:
        message = f"Looking up {address.host} took too long. Please try again later."
        raise FetchError("slow", message) from None
    if isinstance(answer, Exception) or not answer:
        message = f"There is no site called {address.host}. Is the address right?"
        raise FetchError("unknown_host", message)
    return [(family, place) for family, _, _, _, place in answer]


def check(address: Address, clock: Clock) -> None:
    """Raises FetchError where a host is unknown, or not to be reached."""
    _check(address, _resolve(address, clock))


def _check(address: Address, found: Iterable[tuple[socket.AddressFamily, _Place]]) -> None:
    """Raises FetchError where even one address is not public, or is this machine's own."""
    for family, place in found:
        if not is_public(ipaddress.ip_address(str(place[0]).partition("%")[0])) or _is_this_machine(family, place):
            message = f"{address.authority} is in a private network, and Quotidian fetches from the public web only."
            raise FetchError("private", message)


def _is_this_machine(family: socket.AddressFamily, place: _Place) -> bool:
    """A datagram socket is only bound by connect(), nothing is sent: to reach oneself one sets out from oneself."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(place)
        except OSError:
            return False
        return bool(probe.getsockname()[0] == place[0])
