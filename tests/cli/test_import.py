"""`quotidian import`: a JSON line an item, nothing twice, and one bad item stops no other."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app import jobs
from app.cli import main
from app.models import Article, Job

STORY = """Harbour council votes to close the old ferry pier

By Ines Calloway
Posted : March 4, 2024, 09:30

The harbour council voted on Monday to close the old ferry pier after an inspection found rust in its pillars.

"We cannot ask people to stand on a pier that may not stand itself," said Oskar Lind, the head of the council.
"""


@pytest.fixture
def quotidian(settings, database, monkeypatch, capsys) -> Any:
    monkeypatch.setenv("QUOTIDIAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("QUOTIDIAN_DATABASE_URL", settings.database_url)

    def run(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        status = main(list(arguments))
        printed = capsys.readouterr()
        return status, [json.loads(line) for line in printed.out.splitlines()], printed.err

    return run


def test_files_are_taken_in_once(quotidian, database, people, tmp_path: Path) -> None:
    file = tmp_path / "pier.txt"
    file.write_text(STORY)
    status, (first, again), _ = quotidian("import", str(file), str(file), "--as", "Alice")
    assert status == 0
    assert first == {
        "input": str(file),
        "article_id": first["article_id"],
        "revision": 1,
        "created": True,
        "error": None,
    }
    assert again == {**first, "created": False}
    with database.read() as db:
        article = db.query(Article).one()
    assert (article.title, article.created_by) == ("Harbour council votes to close the old ferry pier", people["alice"])


def test_what_fails_says_why_and_stops_no_other(quotidian, tmp_path: Path) -> None:
    file, binary = tmp_path / "pier.txt", tmp_path / "pier.html"
    file.write_text(STORY)
    binary.write_bytes(bytes(range(256)) * 9)
    status, answers, _ = quotidian("import", "none.txt", "http://127.0.0.1:9/", str(binary), str(file))
    assert status == 1
    assert [bool(answer["error"]) for answer in answers] == [True, True, True, False]
    assert "private network" in answers[1]["error"]


def test_an_account_that_is_not_there(quotidian, tmp_path: Path) -> None:
    status, answers, message = quotidian("import", "x.txt", "--as", "nobody")
    assert (status, answers) == (1, [])
    assert "no account named nobody" in message


def other(n: int) -> str:
    return STORY.replace("rust", f"{n} kinds of rust").replace("Harbour council", f"Council number {n}")


def test_a_folder_is_taken_in_however_deep_without_what_is_hidden(quotidian, database, tmp_path: Path) -> None:
    folder = tmp_path / "press"
    for name in ("one.txt", "deep/er/two.html", ".git/three.txt", "deep/.four.txt", "photo.xyz"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(other(len(name)))
    (folder / "loop").symlink_to(folder)
    (folder / "elsewhere.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "secret.txt").write_text(other(99))
    status, answers, said = quotidian("import", str(folder))
    assert (status, [answer["error"] for answer in answers]) == (0, [None, None])
    assert [answer["input"] for answer in answers] == [str(folder / "deep/er/two.html"), str(folder / "one.txt")]
    assert "*.xyz: 1 file left out" in said
    with database.read() as db:
        assert {job.priority for job in db.query(Job)} == {jobs.BULK}


def test_what_broke_off_is_taken_up_by_running_it_again(quotidian, tmp_path: Path, monkeypatch) -> None:
    from app.articles import intake

    folder = tmp_path / "press"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.txt").write_text(other(n))
    status, answers, _ = quotidian("import", str(folder / "0.txt"), str(folder / "1.txt"))
    assert [answer["created"] for answer in answers] == [True, True]
    read: list[str] = []
    real = intake.read
    monkeypatch.setattr(intake, "read", lambda given, settings: read.append(given.filename) or real(given, settings))
    status, answers, _ = quotidian("import", str(folder))
    assert (status, [answer["created"] for answer in answers]) == (0, [False, False, True])
    assert read == ["2.txt"]  # the others are known by their bytes


def test_a_zip_is_taken_in_and_a_hostile_one_refused(quotidian, database, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    with zipfile.ZipFile(good, "w") as made:
        made.writestr("a/one.txt", other(1))
        made.writestr("a/photo.xyz", b"no article")
    with zipfile.ZipFile(bad, "w") as made:
        made.writestr("../../two.txt", other(2))
    status, answers, said = quotidian("import", str(good), str(bad))
    assert status == 1
    assert [(answer["input"], answer["created"]) for answer in answers] == [
        (f"{good}/a/one.txt", True),
        (str(bad), False),
    ]
    assert "outside of itself" in answers[1]["error"]
    assert "1 file left out" in said
    with database.read() as db:
        assert db.query(Article).count() == 1


def test_a_list_holds_one_address_a_line(quotidian, tmp_path: Path) -> None:
    addresses = tmp_path / "addresses.txt"
    addresses.write_text("# ours\nhttp://127.0.0.1:9/a\n\nhttp://localhost:9/b\nhttp://127.0.0.1:9/a\n")
    status, answers, _ = quotidian("import", "--list", str(addresses))
    assert status == 1
    assert [answer["input"] for answer in answers] == ["http://127.0.0.1:9/a", "http://localhost:9/b"]
    assert all("private network" in answer["error"] for answer in answers)


def test_a_list_as_other_programs_write_it(quotidian, tmp_path: Path) -> None:
    addresses = tmp_path / "list.txt"
    addresses.write_bytes("\ufeffhttp://127.0.0.1/one,\r\n# two\r\nhttp://127.0.0.1/one;\r\n".encode())
    answers = quotidian("import", "--list", str(addresses))[1]
    addresses.write_bytes(addresses.read_bytes().decode("utf-8-sig").encode("utf-16"))
    answers += quotidian("import", "--list", str(addresses))[1]
    assert [answer["input"] for answer in answers] == ["http://127.0.0.1/one"] * 2


def test_where_nothing_can_be_read_the_run_has_failed(quotidian, tmp_path: Path) -> None:
    folder, zipped = tmp_path / "folder", tmp_path / "photos.zip"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"a picture")
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.jpg", b"a picture")
    status, answers, message = quotidian("import", str(folder), str(zipped))
    assert status == 1
    for given, answer in zip((folder, zipped), answers, strict=True):
        assert (answer["input"], "no file that can be read" in answer["error"]) == (str(given), True)
        assert f"{given}: *.jpg: 1 file left out" in message


def test_nothing_to_import_and_a_list_that_is_not_there(quotidian) -> None:
    assert quotidian("import")[0] == 2
    status, answers, message = quotidian("import", "--list", "none.txt")
    assert (status, answers) == (1, [])
    assert "none.txt" in message
