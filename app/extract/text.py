"""Small tools for strings that every part of extraction shares. Nothing here changes a character that is not white space."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")
_PLAIN = re.compile(r"[\W_]+")
SENTENCE_END = re.compile(r"""[.!?…。！？।؟:;][)"'”’»“」』\]）]*(?:\s?[(\[][^()]{1,40}[)\]])?$""")


def squeeze(text: str) -> str:
    """`text` with runs of white space as one space and none at the ends."""
    return _SPACE.sub(" ", text).strip()


def plain(text: str) -> str:
    """What is left of `text` for comparing: letters and digits, without case."""
    return _PLAIN.sub("", unicodedata.normalize("NFKC", text).casefold())


def words(text: str) -> list[str]:
    """The words of `text` in lower case, one a Han or Kana character."""
    return _WORD.findall(text.casefold())


def ends_sentence(text: str) -> bool:
    return bool(SENTENCE_END.search(text))
