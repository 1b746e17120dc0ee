"""The form between capture and article: every field of a Document as text that a person can edit, and back again.
Works without a script: an empty paragraph is dropped, a blank line splits one, "join" adds one to the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.datastructures import FormData

from app.articles.canonical import web_address
from app.errors import Invalid
from app.extract.dates import iso_time
from app.extract.document import BLOCK_TYPES, Document, Image, Paragraph

TYPES = (
    ("p", "Paragraph"),
    ("heading", "Heading"),
    ("quote", "Quotation"),
    ("li", "List item"),
    ("summary", "Summary"),
    ("caption", "Caption of a picture"),
    ("join", "Join to the one before"),
)
FACTS = ("title", "authors", "site", "canonical_url", "published", "updated", "dateline", "language")
LONGEST_FACT = 2000
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class PictureFields:
    url: str
    caption: str
    credit: str
    keep: bool = True


@dataclass(frozen=True)
class Preview:
    """What stands in the form: `facts` by the name of their field, `blocks` of (type, text)."""

    facts: dict[str, str]
    blocks: list[tuple[str, str]]
    pictures: list[PictureFields]

    @classmethod
    def of_document(cls, document: Document) -> Preview:
        facts = {name: getattr(document, name) or "" for name in FACTS if name != "authors"}
        for name in ("published", "updated"):
            facts[name] = re.sub(r"(T\d\d:\d\d):00(?!:)", r"\1", facts[name]).replace("T", " ")
        facts["authors"] = "\n".join(document.authors)
        pictures = [PictureFields(i.url or "", i.caption or "", i.credit or "") for i in document.images]
        return cls(facts, [(p.type, p.text) for p in document.paragraphs], pictures)

    @classmethod
    def of_form(cls, form: FormData) -> Preview:
        """As it was typed, right or wrong."""

        def every(name: str) -> list[str]:
            return [_seen(str(value)) for value in form.getlist(name)]

        kept = set(every("keep"))
        pictures: list[PictureFields] = []
        while (field := f"picture_url-{len(pictures)}") in form:
            n = str(len(pictures))
            url, caption, credit = (_seen(str(form.get(name, ""))) for name in (field, f"caption-{n}", f"credit-{n}"))
            pictures.append(PictureFields(url, caption, credit, n in kept))
        facts = {name: _seen(str(form.get(name, ""))) for name in FACTS}
        blocks = list(zip(every("type[]"), every("paragraph[]"), strict=False))
        return cls(facts, [(type_, text) for type_, text in blocks if text.strip()], pictures)

    def document(self, understood: Document, *, max_text: int) -> Document:
        """What the form says. Of `understood`, what was made of the capture, only the other headlines are taken over.
        Raises Invalid with an error for each field that is wrong."""
        paragraphs: list[Paragraph] = []
        captions: list[Image] = []
        for type_, text in self._parts():
            if type_ == "caption":
                captions.append(Image(None, text, None))
            elif type_ == "join" and paragraphs:
                paragraphs[-1] = Paragraph(paragraphs[-1].type, f"{paragraphs[-1].text} {text}")
            else:
                paragraphs.append(Paragraph(type_ if type_ in BLOCK_TYPES else "p", text))
        line = {name: " ".join(value.split()) for name, value in self.facts.items()}
        published, updated = (_time(line[name]) for name in ("published", "updated"))
        errors = _errors(line, published, updated)
        if not paragraphs:
            errors["paragraph"] = "An article needs at least one paragraph."
        elif (length := sum(len(p.text) + 1 for p in paragraphs)) > max_text:
            errors["paragraph"] = f"The text has {length:,} characters; an article may have at most {max_text:,}."
        if errors:
            raise Invalid("Please check what is marked below; nothing is lost.", errors=errors)
        headlines = dict.fromkeys(filter(None, (understood.title, *understood.headline_variants)))
        pictures = [Image(p.url if web_address(p.url) else None, p.caption, p.credit) for p in self.pictures if p.keep]
        return Document(
            title=line["title"],
            headline_variants=tuple(headline for headline in headlines if headline != line["title"]),
            authors=_authors(self.facts["authors"]),
            published=published or None,
            updated=updated or None,
            site=line["site"] or None,
            language=line["language"].lower() or None,
            canonical_url=line["canonical_url"] or None,
            dateline=line["dateline"] or None,
            paragraphs=tuple(paragraphs),
            images=tuple(image for image in (*pictures, *captions) if image.url or image.caption),
        )

    def _parts(self) -> Iterator[tuple[str, str]]:
        """The blocks, split at blank lines, each on one line; of one that is joined only the head is."""
        for type_, block in self.blocks:
            parts = [" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", block)]
            for number, part in enumerate(filter(None, parts)):
                yield ("p" if type_ == "join" and number else type_), part


def _seen(text: str) -> str:
    return _UNSEEN.sub("", text.replace("\r\n", "\n"))


def _time(value: str) -> str | None:
    """ISO for what was typed; "" for nothing, None for what is no date."""
    return iso_time(value) if value else ""


def _errors(line: dict[str, str], published: str | None, updated: str | None) -> dict[str, str]:
    errors = {name: "This is too long." for name, value in line.items() if len(value) > LONGEST_FACT}
    if not line["title"]:
        errors["title"] = "An article needs a title."
    for name, time in (("published", published), ("updated", updated)):
        if time is None:
            errors[name] = "This is not a date that can be read. Write it like 2024-12-19 16:55, or 19 December 2024."
    if line["canonical_url"] and web_address(line["canonical_url"]) is None:
        errors["canonical_url"] = "This is not a web address; it begins with https:// or http://."
    if line["language"] and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}", line["language"]):
        errors["language"] = "Write the language as a short code: en, de, ko."
    return errors


def _authors(typed: str) -> tuple[str, ...]:
    """One a line; or, on a single line, with commas between."""
    lines = [" ".join(part.split()) for part in typed.split("\n") if part.strip()]
    if len(lines) == 1:
        lines = [part.strip() for part in lines[0].split(",")]
    return tuple(dict.fromkeys(filter(None, lines)))
