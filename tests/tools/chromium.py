"""Prints the Chromium that the browser tests drive: the system's own, or else the one that Playwright downloaded."""

import shutil
import sys
from pathlib import Path


def executable() -> str | None:
    """The path of a Chromium on this machine, or None."""
    if found := shutil.which("chromium"):
        return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    print(executable() or sys.exit("no Chromium: run make browser"))
