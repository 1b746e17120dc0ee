"""Whether two names may be one person's. Pure: keys of names (see Speaker.key) and roles in, a reason or nothing out."""

from __future__ import annotations

TITLES = frozenset(
    ["mr", "mrs", "ms", "mx", "dr", "prof", "professor", "sen", "senator", "rep", "representative", "gov", "governor",
     "president", "minister", "sir", "dame", "lord", "lady", "judge", "justice", "gen", "general", "capt", "captain",
     "mayor", "chancellor", "secretary", "ambassador", "pope", "king", "queen", "the"]
)  # fmt: skip
SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv"])
LEAST_ROLE = 2  # words of a role that are enough to tell somebody by: "spokesman" fits too many


def parts(key: str) -> list[str]:
    """The words of a name without titles and suffixes; a name of nothing else keeps them."""
    words = key.replace(".", " ").replace(",", " ").split()
    names = [word for word in words if word not in SUFFIXES]
    while len(names) > 1 and names[0] in TITLES:
        del names[0]
    return names or words


def surname(key: str) -> str:
    return (parts(key) or [key])[-1]


def reason(name: str, role: str, other: str, other_role: str) -> str:
    """Why the two may be the same: what a person is shown before they decide; "" where nothing speaks for it."""
    a, b = parts(name), parts(other)
    if a and b and a[-1] == b[-1]:
        if len(a) == 1 or len(b) == 1:
            return "the same surname"
        if _compatible(a[0], b[0]):
            return "the same surname, and first names that go together"
    role, other_role = (" ".join(each.casefold().split()) for each in (role, other_role))
    if role == other_role and len(role.split()) >= LEAST_ROLE:
        return "the same role"
    return ""


def _compatible(first: str, other: str) -> bool:
    """An initial goes with a name, a short form ("dan") with the long one."""
    short, long = sorted((first, other), key=len)
    return long.startswith(short) and (len(short) == 1 or len(short) >= 3 or short == long)
