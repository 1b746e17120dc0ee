"""A pasted or plain text -> Document, by our own grammar: title, byline, times, captions, dateline, text, residue.
It cannot know what a page marked up, so it keeps a line as text unless it is sure that it is not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from app.extract import captions
from app.extract.dateline import find_dateline
from app.extract.dates import find_dates
from app.extract.document import Document, Image, NotAnArticle, Paragraph
from app.extract.language import detect
from app.extract.lines import Line, article_span, read_lines
from app.extract.masthead import (
    Masthead,
    is_dated_label,
    is_masthead,
    is_over_byline,
    is_stated_masthead,
    read_masthead,
)
from app.extract.names import looks_like_name
from app.extract.text import ends_sentence, plain, words

_LABELLED = re.compile(r"^(?:title|headline|titel|제목|標題|タイトル)\s*[:：]\s*", re.I)
_LOOK_BACK = 30
_FAR = 60
_TEXT_MAX_HEAD = 14
_LONGEST_QUESTION = 130  # weight of a headline that ends so; what is longer is a paragraph


def read_paste(text: str, *, url: str | None = None) -> Document:
    """The article in `text`. Raises NotAnArticle where no line reads as running text."""
    lines = read_lines(text)
    start, end = article_span(lines)
    if start == end:
        start, end = _short_text(lines)
    title_at, title = _find_title(lines, start)
    above = [line for line in lines[title_at + 1 : start] if not line.residue]
    head = [line.text for line in above if not line.bullet or is_stated_masthead(line.text)]
    masthead, unread = read_masthead(head)
    inner = [line for line in _with_hours(lines[max(start, title_at + 1) : end]) if not line.residue]
    inner = _masthead_in_text(_without_refrains(inner), masthead)
    if not masthead.published:
        _date_from_around(lines, title_at, start, end, masthead)
    summary, images = _sort_head(unread)
    if any(line.bullet for line in lines[:start]):
        inner = _without_links(_without_bursts(inner))
    body, more = _without_captions([line for line in inner if plain(line.text) != plain(title)])
    body, more = _before_dateline(body, [*images, *more])
    paragraphs = [*summary, *_typed(body)]
    if not any(p.type != "summary" for p in paragraphs):
        raise NotAnArticle("There is a headline but no text below it. Paste the article's paragraphs too.")
    first = next((p.text for p in paragraphs if p.type == "p"), "")
    return Document(
        title=title or None,
        headline_variants=(title,) if title else (),
        authors=tuple(masthead.authors),
        published=masthead.published,
        updated=masthead.updated,
        language=detect(" ".join(p.text for p in paragraphs)),
        canonical_url=url,
        dateline=find_dateline(first),
        paragraphs=tuple(paragraphs),
        images=tuple(more),
    )


def _short_text(lines: Sequence[Line]) -> tuple[int, int]:
    """A few short lines are taken whole: a headline and what follows."""
    kept = [i for i, line in enumerate(lines) if not line.residue and not line.bullet]
    if sum(lines[i].weight for i in kept) < 20:
        raise NotAnArticle("No article was found in this text.")
    return (kept[1] if len(kept) > 1 else kept[0]), kept[-1] + 1


def _find_title(lines: Sequence[Line], start: int) -> tuple[int, str]:
    """Index and text of the headline; (-1, "") where the text begins at once."""
    usable = [
        (i, _LABELLED.sub("", line.text))
        for i, line in enumerate(lines[: start + 1])
        if i >= start - _LOOK_BACK
        and (i < start or (line.text.endswith("?") and line.weight < _LONGEST_QUESTION))
        and not line.residue
        and not line.bullet
        and not captions.is_credit(line.text)
    ]
    above = usable
    usable = [(i, text) for i, text in usable if not is_masthead(text) and not looks_like_name(text)]
    if start <= _TEXT_MAX_HEAD and not any(line.bullet for line in lines[:start]):
        if is_over_byline([text for _, text in above], bare_names=not usable):
            return above[0]
        if usable and _long(usable[0][1]):
            return usable[0]
    if usable:
        told = Counter(words(" ".join(line.text for line in lines[start : start + 40])))
        heads = {i for i, text in usable if _long(text) and not text.endswith((".", ":"))}

        def score(found: tuple[int, str]) -> float:
            below_another = found[0] - 1 in heads  # a standfirst, or the caption below it
            return _title_score(lines, found[0], start) + 2.0 * _shared(found[1], told) - 1.0 * below_another

        return max(usable, key=score)
    if (
        len(lines) > start + 1
        and not lines[start].text.endswith(".")
        and lines[start].weight < 200
        and lines[start + 1].weight > 40
    ):
        return start, lines[start].text
    return -1, ""


def _long(title: str) -> bool:
    return Line(title, False, False, False).weight >= 12


def _shared(title: str, told: Counter[str]) -> float:
    """The share of a headline's longer words that the text has too, more often than the headline alone would."""
    said = [word for word in words(title) if len(word) > 3 or not word.isascii()]
    return sum(told[word] > 0 for word in said) / (2 + len(said))


def _title_score(lines: Sequence[Line], index: int, start: int) -> float:
    """How much a line above the text looks like its headline: of a headline's length, near, with a byline or a date
    below it, said twice on the page; no sentence and no caption."""
    line = lines[index]
    below = [other.text for other in lines[index + 1 : index + 5]]
    score = min(line.weight, 60) / 30 - (start - index) * 0.05
    score += 0.5 * line.spaced + 0.5 * (index + 1 < len(lines) and lines[index + 1].spaced)
    score += 1.0 * any(is_stated_masthead(text) for text in below)
    score += 0.8 * (sum(plain(other.text) == plain(line.text) for other in lines) > 1)
    score -= 3.5 * line.text.endswith((".", ":", "。", ",")) + 1.5 * (line.weight > 130) + 1.5 * (line.weight < 24)
    return score - 2.5 * (captions.split_credit(line.text)[1] is not None)


def _masthead_in_text(lines: list[Line], masthead: Masthead) -> list[Line]:
    """Without the bylines and dates that stand among the first or last lines of the text."""
    edge = 10
    return [
        line
        for i, line in enumerate(lines)
        if not (
            (i < edge or i >= len(lines) - 3)
            and not line.prose
            and line.weight < 160
            and masthead.read(line.text, bare_names=not masthead.authors and i < 2)
        )
    ]


def _with_hours(lines: Sequence[Line]) -> list[Line]:
    """With the bare times that the entries of a live report open with."""
    hours = [
        i
        for i, line in enumerate(lines[:-1])
        if line.clock and not lines[i + 1].bullet and any(after.prose for after in lines[i + 1 : i + 4])
    ]
    kept = list(lines)
    for i in hours if len(hours) > 1 else ():
        kept[i] = replace(lines[i], residue=False)
    return kept


def _date_from_around(lines: Sequence[Line], title_at: int, start: int, end: int, masthead: Masthead) -> None:
    """A date that stands above the headline or below the text: near, alone in its line, with a time or a label."""
    best = -2.0
    for index in range(max(0, min(title_at, start) - _FAR), min(len(lines), end + 20)):
        line = lines[index]
        if line.prose or line.weight > 200 or start + 5 <= index < end:
            continue
        for stamp in find_dates(line.text)[:1]:
            away = min(abs(index - title_at), abs(index - start)) if index < end else 6 + index - end
            score = 1.0 * stamp.timed + 1.5 * is_dated_label(line.text) - 0.06 * away - 1.0 * line.bullet
            score -= min(1.5, (len(line.text) - (stamp.end - stamp.start)) / 30)
            if score > best:
                best, masthead.published = score, stamp.iso


def _without_refrains(lines: list[Line]) -> list[Line]:
    """Without what a page repeats between the parts of a text: its own offers. Names of speakers, which are shorter, stay."""
    times = Counter(line.text for line in lines)
    return [line for line in lines if times[line.text] < 3 or line.weight < 40]


def _without_bursts(lines: list[Line]) -> list[Line]:
    """Without runs of three and more short lines, which on a whole page are teasers and menus, not headings."""
    kept: list[Line] = []
    run: list[Line] = []
    for line in lines:
        if line.prose or line.weight > 90:
            kept += run if len(run) < 3 else run[-1:] if not run[-1].bullet and run[-1].spaced else []
            kept.append(line)
            run = []
        else:
            run.append(line)
    return kept + (run if len(run) < 3 else [])


def _without_links(lines: list[Line]) -> list[Line]:
    """Without the bulleted lines between two paragraphs that are no sentences and that nothing leads to, which on a whole
    page are links to other articles."""
    kept: list[Line] = []
    for bullets, run in groupby(lines, key=lambda line: line.bullet):
        group = list(run)
        led = not kept or not kept[-1].prose or kept[-1].text.endswith((":", "："))
        if not bullets or led or len(group) > 3 or any(line.prose or ends_sentence(line.text) for line in group):
            kept += group
    return kept


def _sort_head(unread: Sequence[str]) -> tuple[list[Paragraph], list[Image]]:
    """Standfirst and captions among the lines between headline and text; of more than three, the first: teasers follow."""
    body, images = _without_captions([Line(text, False, True, False) for text in unread])
    told = [line.text for line in body if line.weight > 30 and not looks_like_name(line.text)]
    return [Paragraph("summary", text) for text in (told if len(told) < 4 else told[:1])], images


def _without_captions(lines: Sequence[Line]) -> tuple[list[Line], list[Image]]:
    kept: list[Line] = []
    images: list[Image] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        after = lines[index + 1] if index + 1 < len(lines) else None
        text, credit = captions.split_credit(line.text)
        if after and captions.same_caption(line.text, after.text):
            caption, credit = captions.split_doubled(line.text, after.text)
            images.append(Image(None, caption or None, credit))
            index += 2
            continue
        if not text and credit:
            if images and images[-1].credit is None:
                images[-1] = Image(None, images[-1].caption, credit)
        elif credit and len(text) < 400:
            images.append(Image(None, text, credit))
        else:
            kept.append(line)
        index += 1
    return kept, images


def _before_dateline(lines: list[Line], images: list[Image]) -> tuple[list[Line], list[Image]]:
    """A dateline opens the text: what stands before it, if little, is a caption."""
    for index, line in enumerate(lines[:4]):
        if find_dateline(line.text):
            return lines[index:], [*(Image(None, before.text, None) for before in lines[:index]), *images]
    return lines, images


def _typed(lines: Sequence[Line]) -> list[Paragraph]:
    found: list[Paragraph] = []
    for index, line in enumerate(lines):
        last = index == len(lines) - 1
        heading = not line.bullet and line.weight < 100 and not ends_sentence(line.text) and not last and index > 0
        found.append(Paragraph("li" if line.bullet else "heading" if heading else "p", line.text))
    return found
