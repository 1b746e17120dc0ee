"""Whether a Web Annotation keeps every MUST of the Web Annotation Data Model (Recommendation of 2017-02-23). Pure, and
changes nothing: what the model does not speak of is let through. Whatever is wrong is named by a JSON pointer (RFC 6901)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MOTIVATIONS = frozenset(
    ("assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting", "identifying",
     "linking", "moderating", "questioning", "replying", "tagging")
)  # fmt: skip
DIRECTIONS = ("ltr", "rtl", "auto")
LISTS = ("Choice", "Composite", "List", "Independents")
BARE = ("id", "bodyValue", "value", "exact", "prefix", "suffix", "start", "end", "startSelector", "endSelector",
        "conformsTo", "sourceDateStart", "sourceDateEnd")  # fmt: skip
# What has one of these types has no other.
ALONE = frozenset(
    ("Choice", "FragmentSelector", "CssSelector", "XPathSelector", "TextQuoteSelector", "TextPositionSelector",
     "DataPositionSelector", "SvgSelector", "RangeSelector", "TimeState", "HttpRequestState", "CssStylesheet")
)  # fmt: skip
DEEPEST = 60
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f]+")
_TIME = re.compile(r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

Check = Callable[[Any, str], None]


class Broken(ValueError):
    """A MUST that is not kept: `pointer` says where, `message` what."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer
        self.message = message


def check(annotation: Any) -> None:
    """Raises Broken at the first thing that is wrong (section numbers are those of the Recommendation)."""
    _plain(annotation, "", 0)
    if not isinstance(annotation, dict):
        raise Broken("", "An annotation is a JSON object.")
    if CONTEXT not in _list(annotation.get("@context")):  # 3.1
        raise Broken("/@context", f"The context must be {CONTEXT}, or a list with it.")
    if "Annotation" not in _list(annotation.get("type")):
        raise Broken("/type", 'The type must be "Annotation", or a list with it.')
    _each(annotation, "", "type", _text)
    _one(annotation, "", "id", _iri)
    if "target" not in annotation or _list(annotation["target"]) == []:
        raise Broken("/target", "An annotation has at least one target.")
    if "body" in annotation and "bodyValue" in annotation:  # 3.2.5
        raise Broken("/bodyValue", "There is a body already; an annotation has the one or the other.")
    _one(annotation, "", "bodyValue", _text)
    _each(annotation, "", "target", _target)
    _each(annotation, "", "body", _resource)
    _each(annotation, "", "motivation", _motivation)  # 3.3.5
    _one(annotation, "", "canonical", _iri)  # 3.3.7
    _each(annotation, "", "via", _iri)
    _one(annotation, "", "stylesheet", _stylesheet)  # 4.4
    _history(annotation, "")


def _plain(value: Any, at: str, depth: int) -> None:
    """Text and numbers that every JSON parser reads alike."""
    if depth > DEEPEST:
        raise Broken(at, f"This lies more than {DEEPEST} levels deep.")
    if isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
        raise Broken(at, "This text has half of a character in it (a lone surrogate).")
    if isinstance(value, float) and not math.isfinite(value):
        raise Broken(at, "This number cannot be written in JSON.")
    if isinstance(value, dict):
        for name, each in value.items():
            _plain(name, at, depth)
            _plain(each, _at(at, name), depth + 1)
    elif isinstance(value, list):
        for n, each in enumerate(value):
            _plain(each, f"{at}/{n}", depth + 1)


# Bodies and targets


def _target(value: Any, at: str) -> None:
    """3.2: as a body, but for text: a target is elsewhere."""
    _resource(value, at, target=True)


def _resource(value: Any, at: str, *, target: bool = False) -> None:
    """3.2: an IRI, an external resource, text, a set of them, or a part of a resource; one of these, and wholly."""
    if isinstance(value, str):
        _iri(value, at)
        return
    thing, types = _object(value, at, "A body or target is an IRI or an object.")
    part = "source" in thing or "SpecificResource" in types
    several = any(each in types for each in LISTS)
    text = "value" in thing or "TextualBody" in types
    if part + several + text > 1 or ("items" in thing and not several):
        extra = next(name for name in ("items", "value", "type") if name in thing)
        raise Broken(f"{at}/{extra}", "A part of a resource, a list of them and text of its own are three things.")
    if part:
        _specific(thing, at)
    elif several:  # 3.2.6
        _need(thing, at, "items")
        if not isinstance(thing["items"], list) or not thing["items"]:
            raise Broken(f"{at}/items", "A list of at least one item.")
        _each(thing, at, "items", _target if target else _resource)
    elif text and target:
        raise Broken(at, "A target is not text of its own: it has an id, or a source.")
    elif text:  # 3.2.4
        _need(thing, at, "value")
        _one(thing, at, "value", _text)
    else:  # 3.2.1
        _need(thing, at, "id")
    if "purpose" in thing and not (part or text):  # 4.1
        raise Broken(f"{at}/purpose", "A resource that is elsewhere has its purpose in an object with it as source.")
    _described(thing, at)


def _described(thing: dict[str, Any], at: str) -> None:
    """3.2.2 to 3.3: what may be said of every body and target."""
    _one(thing, at, "id", _iri)
    _one(thing, at, "textDirection", _direction)
    _one(thing, at, "processingLanguage", _text)
    for name in ("format", "language", "accessibility"):
        _each(thing, at, name, _text)
    _each(thing, at, "purpose", _motivation)
    _one(thing, at, "canonical", _iri)
    _each(thing, at, "via", _iri)
    _history(thing, at)


def _specific(thing: dict[str, Any], at: str) -> None:
    """4: a part of a resource, in some state, shown in some way."""
    _need(thing, at, "source")
    if isinstance(thing["source"], list):
        raise Broken(f"{at}/source", "There is exactly one source.")
    if isinstance(thing["source"], str):
        _iri(thing["source"], f"{at}/source")
    else:
        source, _ = _object(thing["source"], f"{at}/source", "A source is an IRI or an object.")
        _need(source, f"{at}/source", "id")
        for name in ("items", "purpose"):
            if name in source:
                raise Broken(f"{at}/source/{name}", f"A source has no {name}.")
        _described(source, f"{at}/source")
    _each(thing, at, "selector", _selector)
    _each(thing, at, "state", _state)
    _each(thing, at, "styleClass", _text)
    _each(thing, at, "renderedVia", _agent)
    _each(thing, at, "scope", _reference)


def _selector(value: Any, at: str) -> None:
    """4.2; a selector that the model does not know needs a type."""
    if isinstance(value, str):
        _iri(value, at)
        return
    thing, types = _object(value, at, "A selector is an object, or the IRI of one.")
    if not types and "id" not in thing:
        raise Broken(f"{at}/type", "A selector needs a type.")
    for name in types:
        for member in ("value",) if name in ("FragmentSelector", "CssSelector", "XPathSelector") else ():
            _need(thing, at, member)
        if name == "SvgSelector" and "id" not in thing:
            _need(thing, at, "value")
        if name == "SvgSelector" and "value" in thing:
            _one(thing, at, "value", _xml)
        if name == "TextQuoteSelector":
            _need(thing, at, "exact")
        if name in ("TextPositionSelector", "DataPositionSelector"):
            for member in ("start", "end"):
                _need(thing, at, member)
                _one(thing, at, member, _number)
        if name == "RangeSelector":
            for member in ("startSelector", "endSelector"):
                _need(thing, at, member)
                _one(thing, at, member, _selector)
    for member in ("value", "exact", "prefix", "suffix"):
        _one(thing, at, member, _text)
    _one(thing, at, "id", _iri)
    _one(thing, at, "conformsTo", _iri)
    _each(thing, at, "refinedBy", _selector)


def _state(value: Any, at: str) -> None:
    """4.3."""
    if isinstance(value, str):
        _iri(value, at)
        return
    thing, types = _object(value, at, "A state is an object, or the IRI of one.")
    if not types and "id" not in thing:
        raise Broken(f"{at}/type", "A state needs a type.")
    if "HttpRequestState" in types:
        _need(thing, at, "value")
    _one(thing, at, "value", _text)
    _one(thing, at, "id", _iri)
    _each(thing, at, "sourceDate", _time)
    for name, other in (("sourceDateStart", "sourceDateEnd"), ("sourceDateEnd", "sourceDateStart")):
        _one(thing, at, name, _time)
        if name in thing:
            _need(thing, at, other)
            if "sourceDate" in thing:
                raise Broken(f"{at}/sourceDate", "A moment or a span of time, not both.")
    _each(thing, at, "cached", _iri)
    _each(thing, at, "refinedBy", lambda each, here: (_state if _is_state(each) else _selector)(each, here))


def _is_state(value: Any) -> bool:
    return isinstance(value, dict) and any(str(each).endswith("State") for each in _list(value.get("type")))


# Other properties


def _history(thing: dict[str, Any], at: str) -> None:
    """3.3.1 to 3.3.6: when, by whom, for whom, under which terms."""
    for name in ("created", "modified", "generated"):
        _one(thing, at, name, _time)
    for name in ("creator", "generator"):
        _each(thing, at, name, _agent)
    _each(thing, at, "audience", _audience)
    _each(thing, at, "rights", _iri)


def _agent(value: Any, at: str) -> None:
    """3.3.2."""
    _reference(value, at)
    if isinstance(value, dict):
        _each(value, at, "name", _text)
        _one(value, at, "nickname", _text)
        for name in ("email", "homepage"):
            _each(value, at, name, _iri)
        _each(value, at, "email_sha1", _text)


def _audience(value: Any, at: str) -> None:
    """3.3.3: told in the words of schema.org, with their prefix."""
    _reference(value, at)
    if isinstance(value, dict):
        for name in value:
            if name not in ("id", "type") and name[:1] != "@" and ":" not in name:
                raise Broken(_at(at, name), f"This is written schema:{name} here.")
        _each(value, at, "type", _prefixed)


def _prefixed(value: Any, at: str) -> None:
    if ":" not in value:
        raise Broken(at, f"This is written schema:{value} here.")


def _reference(value: Any, at: str) -> None:
    if isinstance(value, str):
        _iri(value, at)
        return
    thing, _ = _object(value, at, "An IRI or an object.")
    _one(thing, at, "id", _iri)


def _stylesheet(value: Any, at: str) -> None:
    """4.4: with its IRI, or with its text."""
    _reference(value, at)
    if isinstance(value, dict):
        if _list(value.get("type")) not in ([], ["CssStylesheet"]):
            raise Broken(f"{at}/type", "The type of a stylesheet is CssStylesheet.")
        if "id" not in value:
            _need(value, at, "value")
        _one(value, at, "value", _text)


def _motivation(value: Any, at: str) -> None:
    if not isinstance(value, str) or not (value in MOTIVATIONS or _IRI.fullmatch(value)):
        raise Broken(at, f"One of {', '.join(sorted(MOTIVATIONS))}, or the IRI of another motivation.")


def _direction(value: Any, at: str) -> None:
    if value not in DIRECTIONS:
        raise Broken(at, "The direction of text is ltr, rtl or auto.")


def _time(value: Any, at: str) -> None:
    """3.3.1: xsd:dateTime, in UTC, with its Z."""
    if isinstance(value, str) and _TIME.fullmatch(value):
        try:
            datetime.fromisoformat(value[:19].replace("T24:", "T00:"))
        except ValueError:
            pass
        else:
            return
    raise Broken(at, "A time is written in UTC, such as 2024-05-01T12:00:00Z.")


def _text(value: Any, at: str) -> None:
    if not isinstance(value, str):
        raise Broken(at, "This must be text.")


def _xml(value: Any, at: str) -> None:
    """4.2.7: well-formed; prefixes need not be bound, as in the example there."""
    _text(value, at)

    def refuse(*_: Any) -> None:
        raise Broken(at, "This must be SVG without a document type.")

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(value, True)
    except ExpatError:
        raise Broken(at, "This must be well-formed SVG.") from None


def _number(value: Any, at: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Broken(at, "This must be a whole number, 0 or more.")


def _iri(value: Any, at: str) -> None:
    if not isinstance(value, str) or not _IRI.fullmatch(value):
        raise Broken(at, "This must be an IRI, such as https://example.org/1.")


def _object(value: Any, at: str, message: str) -> tuple[dict[str, Any], list[Any]]:
    """The object and its types."""
    if not isinstance(value, dict):
        raise Broken(at, message)
    _each(value, at, "type", _text)
    types = _list(value.get("type"))
    if len(types) > 1 and not ALONE.isdisjoint(types):
        raise Broken(f"{at}/type", "What has this type has no other.")
    return value, types


def _need(thing: dict[str, Any], at: str, name: str) -> None:
    if name not in thing:
        raise Broken(_at(at, name), f"There must be a {name} here.")


def _one(thing: dict[str, Any], at: str, name: str, check: Check) -> None:
    """A list of one is the same in JSON-LD; what the model gives as one value alone is not taken so."""
    if isinstance(thing.get(name), list) and (name in BARE or len(thing[name]) != 1):
        raise Broken(_at(at, name), f"There is exactly one {name}.")
    _each(thing, at, name, check)


def _each(thing: dict[str, Any], at: str, name: str, check: Check) -> None:
    if name in thing and isinstance(thing[name], list):
        for n, each in enumerate(thing[name]):
            check(each, f"{_at(at, name)}/{n}")
    elif name in thing:
        check(thing[name], _at(at, name))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _at(at: str, name: str) -> str:
    return f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
