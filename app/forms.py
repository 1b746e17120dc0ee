"""What forms send, as the routes take it: text without NUL (no database keeps it), numbers that fit a column."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, Field, field_validator

LARGEST = 2**31 - 1


def _blank_is_none(value: Any) -> Any:
    return None if value == "" else value


def _number_or_none(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 11 and int(text) <= LARGEST else None


RowId = Annotated[int, Path(ge=1, le=LARGEST)]
Version = Annotated[int, Field(ge=1, le=LARGEST)]
Offset = Annotated[int | None, BeforeValidator(_blank_is_none), Field(ge=0, le=LARGEST)]
After = Annotated[int | None, BeforeValidator(_number_or_none)]  # where a page of a list begins; nonsense: at the start


class Sent(BaseModel):
    """A form. Text comes without NUL and with plain line breaks; a browser sends each as CR LF."""

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, list):
            return [cls._plain(each) for each in value]
        return value.replace("\x00", "").replace("\r\n", "\n") if isinstance(value, str) else value
