"""Which language a text is in. The page's own word decides where the text is short or the detector is unsure."""

from __future__ import annotations

from functools import cache
from typing import Any

_SAME = {"nb": "no", "nn": "no", "in": "id", "iw": "he", "jp": "ja", "kr": "ko", "ua": "uk", "cn": "zh", "dk": "da"}
# Languages that detectors take for one another: the page's word decides between them.
_KIN = ({"no", "da", "sv"}, {"id", "ms", "jv"}, {"zu", "xh", "st", "tn", "sw", "rw"}, {"af", "nl"}, {"hr", "sr", "bs"}, {"cs", "sk"},
        {"ru", "uk", "bg", "be"}, {"es", "gl", "ca"})  # fmt: skip


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def code(tag: str | None) -> str | None:
    """The two-letter code in a language tag ("nb-NO" -> "no")."""
    short = (tag or "").strip().replace("_", "-").split("-")[0].lower()
    if not 2 <= len(short) <= 3 or not short.isalpha():
        return None
    return _SAME.get(short, short)


def detect(text: str, stated: str | None = None) -> str | None:
    """The language of `text`, given what its page states. None only where there is nothing to go by."""
    prior = code(stated)
    if len(text) < 40:
        return prior
    found, sure = _identifier().classify(text[:4000])
    found = _SAME.get(found, found)
    if prior is None or prior == found:
        return str(found)
    if any(prior in kin and found in kin for kin in _KIN) or sure < 0.95:
        return prior
    return str(found)
