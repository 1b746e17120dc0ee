"""A limit on guessing passwords: 10 tries in 5 minutes for a name and for an address, then a wait. Kept in memory, a
process for itself: what it must stop is thousands of tries, not one more."""

from __future__ import annotations

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.errors import TooMany

RATE = parse("10 per 5 minutes")


class Throttle:
    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, name: str, address: str) -> None:
        """Raises TooMany where there were too many wrong tries of this name or from this address."""
        if not all(self._limiter.test(RATE, *each) for each in (("name", name), ("address", address))):
            raise TooMany("Too many tries. Please wait five minutes and try again.", field="password")

    def count(self, name: str, address: str) -> None:
        """Counts a wrong try."""
        self._limiter.hit(RATE, "name", name)
        self._limiter.hit(RATE, "address", address)

    def clear(self, name: str) -> None:
        """A right password takes back the tries of its name, not those of the address."""
        self._limiter.clear(RATE, "name", name)
