"""An e-mail -> Document: a newsletter, an article that somebody forwarded, a page that a browser saved as MHTML. The HTML
part goes through the reader of pages and the plain one through that of pastes; the headers give what neither has."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from app.extract import names
from app.extract.apart import read_apart
from app.extract.dates import find_dates
from app.extract.document import Document, NotAnArticle
from app.extract.language import detect
from app.extract.text import plain, squeeze

_PREFIX = re.compile(r"^\s*(?:\[[^\]]{1,30}\]\s*)?(?:(?:re|fwd?|aw|wg|tr|rv|vs|vb|sv|antw|doorst|i|r|rif|odp|pd|답장|전달|回复|转发|返信|転送)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.I)  # fmt: skip
_FORWARDED = re.compile(
    r"^[ \t>*_]*(?:-{2,}\s*)?(?:begin forwarded message|forwarded message|original message|weitergeleitete nachricht|ursprüngliche nachricht|"
    r"anfang der weitergeleiteten nachricht|message (?:transféré|d'origine)|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|"
    r"전달된 메시지|원본 메시지|転送されたメッセージ|пересылаемое сообщение)\s*:?(?:\s*-{2,})?[ \t*_]*$",
    re.I | re.M,
)
_FIELD = re.compile(
    r"^[ \t>*_]*(?P<name>from|von|de|da|van|от(?: кого)?|보낸 ?사람|差出人|date|sent|datum|gesendet|envoyé|fecha|enviado|data|verzonden|дата|날짜|보낸 날짜|日時|送信日時|subject|betreff|objet|"
    r"asunto|oggetto|onderwerp|assunto|тема|제목|件名|to|an|à|para|a|aan|кому|cc|받는 ?사람|宛先|reply-to|antwort an)\s*[:：][ \t*_]*(?P<value>.*)$",
    re.I,
)
_FROM = ("from", "von", "de", "da", "van", "от", "от кого", "보낸 사람", "보낸사람", "差出人")
_SUBJECT = ("subject", "betreff", "objet", "asunto", "oggetto", "onderwerp", "assunto", "тема", "제목", "件名")
_DATE = ("date", "sent", "datum", "gesendet", "envoyé", "fecha", "enviado", "data", "verzonden", "дата", "날짜", "보낸 날짜", "日時", "送信日時")  # fmt: skip
_FOOTER = re.compile(
    r".{0,60}\b(?:unsubscribe|view (?:this|it|online|in (?:your )?browser)|manage (?:your )?(?:preferences|subscription)|update your (?:profile|preferences)|"
    r"you(?:'re| are) receiving this|this e-?mail was sent|forwarded this e-?mail|add us to your address book|abmelden|abbestellen|im browser (?:an|öffnen)|"
    r"newsletter abbestellen|se désinscrire|darse de baja|cancelar suscripción|수신 ?거부|配信停止)\b.{0,160}",
    re.I,
)


@dataclass(frozen=True)
class Envelope:
    """What the headers say of a message."""

    subject: str
    name: str
    address: str
    date: str | None
    newsletter: bool


def read_eml(data: bytes, *, url: str | None = None, max_text: int) -> Document:
    """The article in an e-mail. Raises NotAnArticle, also where its plain part has more than `max_text` characters."""
    given = read_apart("eml", data)
    if (length := len(given["plain"])) > max_text:
        raise NotAnArticle(f"This e-mail has {length:,} characters; an article may have at most {max_text:,}.")
    if given["saved"] and given["html"]:  # a page, and its headers are those of the browser
        return _page(given["html"], given["location"] or url)
    envelope = Envelope(given["subject"], given["name"], given["address"], given["date"], given["list"])
    text = _unflowed(given["plain"], delsp=given["delsp"]) if given["flowed"] else given["plain"]
    text = _without_signature(text.replace("\r\n", "\n"))
    markup = given["html"]
    inner = _forwarded(text) or (_forwarded(_as_text(markup)) if markup else None)
    if inner:
        envelope, text = _inner_envelope(inner[0], envelope), inner[1]
        markup = "" if text else markup
    found = _best(markup, text, envelope.subject, url)
    if found is None:
        attached = given["attached"]
        more = f" Its attachment “{attached[0][:80]}” can be saved and chosen instead." if attached else ""
        raise NotAnArticle("There is no article in the text of this e-mail." + more)
    return _with_envelope(found, envelope)


def _best(markup: str, text: str, subject: str, url: str | None) -> Document | None:
    """The reading that kept most: of the page, or of the plain part, which many a newsletter leaves nearly empty."""
    title = _PREFIX.sub("", subject)
    headed = text if not title or plain(title) in plain(text[:1000]) else f"{title}\n\n{text}"
    readings = [_tried(_page, markup, url)] if markup else []
    if text.strip():
        readings.append(_tried(_paste, headed, url) or _tried(_paste, f"{title}\n\n{text}", url))
    elif readings[:1] == [None]:
        readings.append(_tried(_paste, f"{title}\n\n{_as_text(markup)}", url))
    kept = [document for document in readings if document]
    if len(kept) == 2 and _length(kept[0]) < 0.6 * _length(kept[1]):
        return kept[1]
    return kept[0] if kept else None


def _tried(read: Any, text: str, url: str | None) -> Document | None:
    try:
        found: Document = read(text, url)
    except NotAnArticle:
        return None
    return found


def _page(markup: str, url: str | None) -> Document:
    from app.extract.html import read_html

    return read_html(markup, url=url)


def _paste(text: str, url: str | None) -> Document:
    from app.extract.paste import read_paste

    return read_paste(text, url=url)


def _length(document: Document) -> int:
    return sum(len(paragraph.text) for paragraph in document.paragraphs)


def _with_envelope(found: Document, envelope: Envelope) -> Document:
    """The document with what its headers say; the text itself knows its author and headline better than they do."""
    subject = squeeze(_PREFIX.sub("", envelope.subject))
    sender = squeeze(envelope.name.strip("\"'")) or envelope.address
    person, _, house = re.sub(r"\s+\((?:via|from) ", " via ", sender.rstrip(")")).partition(" via ")
    if not house:
        person, _, house = sender.partition(" from ") if " from " in sender else (sender, "", "")
    is_person = names.looks_like_name(person) and not (envelope.newsletter and not house)
    title = subject or found.title
    body = [p for p in found.paragraphs if plain(p.text) != plain(title or "") and not _FOOTER.fullmatch(p.text)]
    return replace(
        found,
        title=title,
        headline_variants=tuple(dict.fromkeys(filter(None, (title, found.title, *found.headline_variants)))),
        authors=found.authors or ((person,) if is_person else ()),
        published=envelope.date or found.published,
        site=found.site or house or (sender if not is_person and sender else None),
        paragraphs=tuple(body) or found.paragraphs,
        language=found.language or detect(" ".join(p.text for p in body)),
    )


def _unflowed(text: str, *, delsp: bool) -> str:
    """Lines of format=flowed (RFC 3676) joined where they end with a space."""
    lines: list[str] = []
    open_ = False
    for raw in text.replace("\r\n", "\n").split("\n"):
        line = raw[1:] if raw.startswith(" ") else raw
        flows = line.endswith(" ") and line != "-- "
        content = line[:-1] if flows and delsp else line
        if open_ and line != "-- ":
            lines[-1] += content
        else:
            lines.append(content)
        open_ = flows
    return "\n".join(lines)


def _without_signature(text: str) -> str:
    head, mark, _ = text.partition("\n-- \n")
    return head if mark and len(head) > 200 else text


def _forwarded(text: str) -> tuple[dict[str, str], str] | None:
    """The headers and the text of the message that this one passes on, if it does."""
    mark = _FORWARDED.search(text)
    if not mark:
        return None
    lines = text[mark.end() :].lstrip("\n \t>").split("\n")
    if sum(line.startswith(">") for line in lines) > 0.6 * sum(bool(line.strip()) for line in lines):
        lines = [re.sub(r"^>\s?", "", line) for line in lines]
    headers: dict[str, str] = {}
    at = 0
    for at, line in enumerate(lines[:40]):  # noqa: B007
        field = _FIELD.match(line)
        if field:
            headers.setdefault(field["name"].lower(), field["value"].strip(" *_"))
        elif (not line.strip() and len(headers) > 1) or (line.strip() and not line.startswith((" ", "\t"))):
            break
    body = "\n".join(lines[at:]).strip()
    return (headers, body) if headers and len(body) > 200 else None


def _inner_envelope(headers: dict[str, str], outer: Envelope) -> Envelope:
    def first(keys: tuple[str, ...]) -> str:
        return next((headers[key] for key in keys if headers.get(key)), "")

    sender = re.sub(r"[<\[(].*$", "", first(_FROM)).strip(" \"'")
    address = next(iter(re.findall(r"[\w.+-]+@[\w.-]+", first(_FROM))), "")
    stamps = find_dates(first(_DATE))
    return Envelope(first(_SUBJECT) or outer.subject, sender, address, stamps[0].iso if stamps else None, False)


def _as_text(markup: str) -> str:
    """The text of a page with a line for each block, as select-all would give it."""
    from app.extract.html import parse

    tree = parse(markup)
    for gone in tree.xpath("//script|//style|//head"):
        gone.drop_tree()
    blocks = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol", "hr"}
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag in blocks:
            element.tail = "\n" + (element.tail or "")
            element.text = ("\n" if element.tag not in ("br", "tr") else "") + (element.text or "")
    return "\n".join(squeeze(line) for line in tree.text_content().split("\n"))
