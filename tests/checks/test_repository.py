"""The repository keeps its own promises: what README names exists, the layout holds, nothing of one machine is in it."""

import ast
import dataclasses
import gzip
import hashlib
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from app import settings
from app.cli import main

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
TOP_LEVEL = {"app", "templates", "static", "migrations", "tests", "pyproject.toml", "Dockerfile", "README.md"} | {
    *("Makefile", "requirements.lock", "LICENSE", "CHANGELOG.md", "compose.yaml")
}
IGNORED = [line.strip("/") for line in (ROOT / ".gitignore").read_text().split()] + [".git"]
BINARY = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff2", ".pdf", ".docx", ".gz", ".zip"}
SCRIPT_LIMIT = 24_000


def walk(folder: Path) -> Iterator[Path]:
    """The files of the project, without what git leaves out."""
    for path in sorted(folder.iterdir()):
        if not any(fnmatch(path.name, pattern) for pattern in IGNORED):
            yield from walk(path) if path.is_dir() else [path]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


FILES = list(walk(ROOT))
TEXTS = {name(path): path.read_bytes().decode() for path in FILES if path.suffix not in BINARY}
OURS = {path: text for path, text in TEXTS.items() if not path.startswith("static/vendor/")}
MODULES = {path: text for path, text in OURS.items() if re.match(r"app/.*\.py$", path)}


def lines_with(pattern: str, texts: dict[str, str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_top_level_holds_only_what_the_layout_allows() -> None:
    found = {name(path).split("/")[0] for path in FILES}
    assert {entry for entry in found if not entry.startswith(".")} == TOP_LEVEL


def test_no_path_of_one_machine() -> None:
    assert lines_with(r"(?<![\w./:*-])/(?:work|root|home|Users)/", OURS) == []


def test_no_address_of_a_package_registry() -> None:
    assert lines_with(r"pypi[.]org|python[h]osted|npmjs[.]|deb[.]debian|--(?:extra-)?index[-]url", TEXTS) == []


def test_text_files_follow_the_editor_configuration() -> None:
    untidy = [
        path
        for path, text in OURS.items()
        if text
        and (
            re.search(r"[ \t]+$|\r", text, re.MULTILINE)
            or not text.endswith("\n")
            or ("\t" in text and path not in {"Makefile", "LICENSE"} and not path.endswith(".txt"))
        )
    ]
    assert untidy == []


def test_vendored_files_are_what_their_checksums_say() -> None:
    vendor = ROOT / "static/vendor"
    listed = dict(reversed(line.split()) for line in (vendor / "SHA256SUMS").read_text().splitlines())
    actual = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in walk(vendor)}
    del actual["SHA256SUMS"]
    assert actual == listed


def test_script_sent_to_the_browser_stays_small() -> None:
    sent = [
        path for path in walk(ROOT / "static") if path.suffix == ".js" and not {"extension", "oauth"} & set(path.parts)
    ]
    sizes = {name(path): len(gzip.compress(path.read_bytes())) for path in sent}
    assert sum(sizes.values()) <= SCRIPT_LIMIT, sizes


def test_styles_and_scripts_ask_no_other_host() -> None:
    assets = {
        path: text for path, text in OURS.items() if path.startswith("static/") and path.endswith((".js", ".css"))
    }
    pattern = r"url\(\s*[\"']?(?:https?:)?//|@import|\b(?:fetch|import)\s*\(?\s*[\"'](?:https?:)?//"
    assert assets
    assert lines_with(pattern, assets) == []


def test_settings_alone_read_the_environment() -> None:
    others = {path: text for path, text in MODULES.items() if path != "app/settings.py"}
    assert lines_with(r"\benviron\b|\bgetenv\b", others) == []


def test_only_the_database_module_commits() -> None:
    others = {path: text for path, text in MODULES.items() if path != "app/db.py"}
    assert lines_with(r"\.commit\(", others) == []


def test_only_the_renderers_vouch_for_markup() -> None:
    renderers = {"app/reading/highlight.py", "app/markdown.py", "app/web.py"}
    others = {path: text for path, text in MODULES.items() if path not in renderers}
    assert lines_with(r"\bMarkup\(", others) == []


def test_every_module_says_what_it_is_for() -> None:
    assert [path for path, text in MODULES.items() if text and not ast.get_docstring(ast.parse(text))] == []


def test_readme_lists_every_setting_and_no_other() -> None:
    rows = re.findall(r"^\|\s*`(QUOTIDIAN_\w+)`", README.read_text(), re.MULTILINE)
    fields = [f"QUOTIDIAN_{field.name.upper()}" for field in dataclasses.fields(settings.Settings)]
    assert sorted(rows) == sorted(fields)
    mentioned = {setting for path, text in OURS.items() for setting in re.findall(r"QUOTIDIAN_[A-Z]\w*", text)}
    assert {each for each in mentioned if not each.startswith("QUOTIDIAN_TEST_")} <= set(fields)


def test_readme_names_only_existing_targets() -> None:
    named = set(re.findall(r"`make (\w+)", README.read_text())) | set(
        re.findall(r"^\s*make (\w+)", README.read_text(), re.MULTILINE)
    )
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test"} <= named <= targets


def test_readme_names_only_existing_commands(capsys: pytest.CaptureFixture[str]) -> None:
    code = r"(?:`|^\s*(?:\$ )?)(?:\.venv/bin/)?quotidian ((?:[a-z]+ ?)+)"
    named = {command.strip() for command in re.findall(code, README.read_text(), re.MULTILINE)}
    assert "serve" in named
    for command in sorted(named):
        with pytest.raises(SystemExit) as ended:
            main([*command.split(), "--help"])
        assert ended.value.code == 0, f"quotidian {command}: {capsys.readouterr().err}"
