"""Every template keeps the house rules: nothing that the content policy would block, nothing that trusts its input."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST = 120

BANNED = {
    "marks text as safe": r"\|\s*safe\b|\bautoescape\s+false\b",
    "uses hx-on, which needs eval": r"\bhx-on\b",
    "has an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "has a script of its own": r"<script\b(?![^>]*\ssrc=|\stype=\"application/json\")",
    "has a style of its own": r"<style\b|<[^>]*\sstyle\s*=",
    "evaluates a js: value": r"[\"'\s:]js:|javascript:",
    "filters a trigger, which needs eval": r"\bhx-trigger\s*=\s*\"[^\"]*\[",
    "asks another host": r"\b(?:src|srcset|href|action|formaction|poster|data|hx-(?:get|post|put|delete|patch))\s*=\s*[\"'](?:https?:)?//",
}


def faults(template: str) -> list[str]:
    source = re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
    return [fault for fault, pattern in BANNED.items() if re.search(pattern, source)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_keeps_the_rules(path: Path) -> None:
    source = path.read_text()
    assert faults(source) == []
    assert source.count("\n") <= LONGEST, "too long: take a fragment out of it"
    if path.name.startswith("_"):
        assert "{% extends" not in source, "a fragment stands alone"


@pytest.mark.parametrize(
    ("snippet", "fault"),
    [
        ("{{ note | safe }}", "marks text as safe"),
        ("{% autoescape false %}", "marks text as safe"),
        ('<a hx-on:click="go()">', "uses hx-on, which needs eval"),
        ('<img src="/x" onerror="go()">', "has an event attribute"),
        ("<script>go()</script>", "has a script of its own"),
        ('<p class="x" style="color: red">', "has a style of its own"),
        ('<a hx-vals="js:{a: 1}">', "evaluates a js: value"),
        ('<a hx-trigger="click[ctrlKey]">', "filters a trigger, which needs eval"),
        ('<link href="//elsewhere.example/a.css">', "asks another host"),
        ('<script src="https://elsewhere.example/a.js"></script>', "asks another host"),
    ],
)
def test_each_rule_is_noticed_when_broken(snippet: str, fault: str) -> None:
    assert faults(snippet) == [fault]


def test_harmless_markup_passes() -> None:
    assert faults('<script type="application/json">{{ config|tojson }}</script>') == []
    assert faults('<script src="/static/js/main.js" type="module"></script><input placeholder="https://…">') == []
