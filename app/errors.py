"""What can go wrong for a person, each kind with its HTTP status. Raised by actions and access, turned into a page or a
fragment by one handler in main.py. Messages are shown to readers as they are."""

from __future__ import annotations

from typing import Any


class AppError(Exception):
    """`message` is for the reader; `field` names the form field that caused it, where one did. `answer` is how a protocol
    says it in its own way."""

    status = 400
    title = "That did not work"
    answer: Any = None

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(AppError):
    """What was given cannot be taken. `errors` maps a form field to what is wrong with it."""

    status = 422
    title = "Please check what you entered"

    def __init__(self, message: str, *, field: str | None = None, errors: dict[str, str] | None = None) -> None:
        super().__init__(message, field=field)
        self.errors = errors or ({field: message} if field else {})


class NotFound(AppError):
    """Missing, or not visible to this person: both look the same."""

    status = 404
    title = "Not found"

    def __init__(self, message: str = "There is nothing here, or it is not yours to see.") -> None:
        super().__init__(message)


class SignInNeeded(AppError):
    """Nobody is signed in; pages are sent to the sign-in form."""

    status = 401
    title = "Please sign in"

    def __init__(self, message: str = "Please sign in.") -> None:
        super().__init__(message)


class Forbidden(AppError):
    """Visible, but not to be changed by this person."""

    status = 403
    title = "Not allowed"


class Conflict(AppError):
    """The thing changed since it was read. `current` is it as it now stands."""

    status = 409
    title = "Somebody else changed this meanwhile"

    def __init__(self, message: str, *, current: Any = None) -> None:
        super().__init__(message)
        self.current = current


class TooLarge(AppError):
    status = 413
    title = "Too large"


class TooMany(AppError):
    status = 429
    title = "Too many tries"


class Unavailable(AppError):
    status = 503
    title = "Not available just now"
