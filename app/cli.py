"""The command line, `quotidian`. Answers go to standard output, messages to standard error; exit status 0 means done."""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from sqlalchemy import select

from app.access import ROLES
from app.accounts import actions as accounts
from app.db import Database
from app.errors import AppError
from app.models import User
from app.settings import read_settings


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except AppError as error:
        print(error.message, file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        pass
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="quotidian", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(run: Callable[[argparse.Namespace], int | None], name: str, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    serve = command(run_serve, "serve", "bring the database up to date and serve, with one worker")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1, help="web processes")
    serve.add_argument("--demo", action="store_true", help="load the demo articles first, once")
    command(run_worker, "worker", "run a worker on its own: analysis, pictures")
    command(run_migrate, "migrate", "bring the database up to date")
    command(run_demo, "demo", "load the demo articles, once")
    take = command(
        run_import, "import", "take in addresses, files, folders, zips of files and exports of other readers"
    )
    take.add_argument("inputs", nargs="*", metavar="PATH-OR-URL")
    take.add_argument(
        "--list",
        dest="lists",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="a text file with one address a line",
    )
    take.add_argument("--as", dest="person", metavar="NAME", help="the account that adds them")
    give = command(
        run_export, "export", "print articles with all that stands on them, for other readers or another Quotidian"
    )
    give.add_argument("articles", nargs="*", type=int, metavar="ARTICLE", help="numbers of articles; none: all of them")
    give.add_argument("--format", choices=("jsonl", "hypothesis", "readwise", "markdown"), default="jsonl")
    give.add_argument("--as", dest="person", metavar="NAME", help="the account whose private notes come with it")
    give.add_argument("--tag", default="", help="only articles with this tag")
    user = command(run_user_add, "user", "make an account").add_subparsers(required=True, metavar="add")
    add = user.add_parser("add", help="make an account")
    add.add_argument("name")
    add.add_argument("--role", choices=ROLES, default="analyst")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    token = command(run_token_add, "token", "make an API token").add_subparsers(required=True, metavar="add")
    add = token.add_parser("add", help="print a new API token of an account")
    add.add_argument("name", help="name of the account")
    add.add_argument("--scope", choices=("read", "write"), default="read")
    extract = command(run_extract, "extract", "extract an article from a file; no database")
    extract.add_argument("file", nargs="?", type=Path)
    extract.add_argument("--url")
    extract.add_argument("--jsonl", action="store_true", help='JSON Lines in: {"id","path","kind","url"}')
    analyze = command(run_analyze, "analyze", "find quotes and claims in a text; no database")
    analyze.add_argument("file", nargs="?", type=Path)
    analyze.add_argument("--jsonl", action="store_true", help='JSON Lines in: {"id","text","language"?}')
    anchor = command(run_reanchor, "reanchor", "find passages again in newer texts; no database")
    anchor.add_argument(
        "--jsonl",
        action="store_true",
        required=True,
        help='JSON Lines in: {"id","text","exact","prefix","suffix","start","end","old_text"?}',
    )
    anchor.set_defaults(file=None)
    evaluate = command(run_evaluate, "evaluate", "measure the analysis against annotated articles; no database")
    evaluate.add_argument("file", help="JSON Lines, .gz or plain, - for standard input")
    evaluate.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate.add_argument("--threshold", type=float, default=0.5, help="score from which a claim counts")
    return parser


@contextmanager
def _migrated() -> Iterator[Database]:
    """The database, up to date, for a `with` block."""
    database = Database(read_settings())
    try:
        database.migrate()
        yield database
    finally:
        database.close()


def run_migrate(_options: argparse.Namespace) -> None:
    with _migrated():
        pass


def run_serve(options: argparse.Namespace) -> int:
    from app.serving import serve

    if options.demo:
        run_demo(options)
    return serve(read_settings(), host=options.host, port=options.port, workers=options.workers)


def run_worker(_options: argparse.Namespace) -> None:
    from app.worker import main as work

    work()


def run_demo(_options: argparse.Namespace) -> None:
    from app.demo import load

    with _migrated() as database, database.write() as db:
        added = load(db)
    print(f"{added} demo articles loaded" if added else "the demo articles are there already", file=sys.stderr)


def run_import(options: argparse.Namespace) -> int:
    from app.articles.batch import person_named
    from app.imports.bulk import Import

    if not (options.inputs or options.lists):
        print("Name addresses, files or folders, or give --list FILE.", file=sys.stderr)
        return 2
    failed = False
    with _migrated() as database:
        with database.read() as db:
            person = person_named(db, accounts.name_key(options.person)) if options.person else None
        if options.person and person is None:
            print(f"There is no account named {options.person}.", file=sys.stderr)
            return 1
        say = functools.partial(print, file=sys.stderr)
        for answer in Import(database, person, say).run(options.inputs, options.lists):
            failed = failed or answer["error"] is not None
            print(json.dumps(answer, ensure_ascii=False), flush=True)
    return int(failed)


def run_export(options: argparse.Namespace) -> int:
    from app.access import Person
    from app.articles.batch import person_named
    from app.exports.files import written
    from app.exports.formats import About
    from app.exports.queries import article_ids

    with _migrated() as database:
        with database.read() as db:
            person = person_named(db, accounts.name_key(options.person)) if options.person else Person(0, "", "reader")
            if person is None:
                print(f"There is no account named {options.person}.", file=sys.stderr)
                return 1
            ids = article_ids(db, person, tag=options.tag.casefold())
        if missing := sorted(set(options.articles) - set(ids)):
            print(f"There is no article {missing[0]}.", file=sys.stderr)
            return 1
        address = database.settings.public_url or "http://localhost"
        about = About(person.name, address, urlsplit(address).hostname or "localhost")
        wanted = [each for each in ids if not options.articles or each in options.articles]
        for piece in written(database, person, wanted, options.format, about):
            sys.stdout.write(piece)
    return 0


def run_user_add(options: argparse.Namespace) -> None:
    password = sys.stdin.readline().rstrip("\n") if options.password_stdin else None
    with _migrated() as database, database.write() as db:
        user = accounts.add_user(db, name=options.name, role=options.role, password=password)
        link = None if password is not None else accounts.make_link(db, user_id=user.id)
    if link:
        print(f"{database.settings.public_url or 'http://127.0.0.1:8000'}/welcome/{link}")


def run_token_add(options: argparse.Namespace) -> int:
    with _migrated() as database, database.write() as db:
        user_id = db.scalar(select(User.id).where(User.name_key == accounts.name_key(options.name)))
        if user_id is None:
            print(f"There is no account named {options.name}.", file=sys.stderr)
            return 1
        token = accounts.add_token(db, user_id=user_id, name="command line", scope=options.scope)
    print(token)
    return 0


def _lines(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Answers JSON Lines one by one, in order; a bad line becomes {"id", "error"}."""
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        given: Any = None
        try:
            given = json.loads(line)
            if not isinstance(given, dict):
                raise TypeError("a line holds one JSON object")
            yield {"id": given.get("id"), **answer(given)}
        except Exception as error:
            found = given.get("id") if isinstance(given, dict) else None
            yield {"id": found, "error": f"{type(error).__name__}: {error}"}


def _answer(options: argparse.Namespace, one: Callable[[dict[str, Any]], dict[str, Any]], given: dict[str, Any]) -> int:
    if options.jsonl:
        for answer in _lines(one):
            print(json.dumps(answer, ensure_ascii=False), flush=True)
        return 0
    if options.file is None:
        print("Name a file, or give --jsonl.", file=sys.stderr)
        return 2
    try:
        print(json.dumps({"id": str(options.file), **one(given)}, ensure_ascii=False))
    except (OSError, ValueError) as error:
        print(f"{options.file}: {error}", file=sys.stderr)
        return 1
    return 0


def run_reanchor(options: argparse.Namespace) -> int:
    from app.alignment import Alignment
    from app.anchoring import reanchor

    aligned = functools.lru_cache(maxsize=1)(Alignment)  # notes on one article mostly come together

    def one(given: dict[str, Any]) -> dict[str, Any]:
        text, old = given["text"], given.get("old_text")
        around = {name: given.get(name) or "" for name in ("prefix", "suffix")}
        alignment = aligned(old, text) if old else None
        found = reanchor(text, exact=given["exact"], start=int(given["start"]), alignment=alignment, **around)
        return found._asdict()

    return _answer(options, one, {})


def run_extract(options: argparse.Namespace) -> int:
    from app.extract import MAX_BYTES, Kind, NotAnArticle, extract
    from app.extract.kinds import kind_by_name, kind_of

    def one(given: dict[str, Any]) -> dict[str, Any]:
        path = Path(given["path"])
        if path.stat().st_size > MAX_BYTES:
            raise NotAnArticle(f"This is too large to be an article: more than {MAX_BYTES / 1e6:g} MB.")
        data = path.read_bytes()
        kind: Any = given.get("kind") or kind_of(data, kind_by_name(path.name))
        if kind not in get_args(Kind):
            raise ValueError(f"files of the kind {kind} cannot be read")
        return extract(data, kind=kind, url=given.get("url")).as_json()

    return _answer(options, one, {"path": options.file, "url": options.url})


def run_analyze(options: argparse.Namespace) -> int:
    from app.analysis import analyze
    from app.extract.language import detect

    def one(given: dict[str, Any]) -> dict[str, Any]:
        text = Path(given["path"]).read_text(encoding="utf-8") if "path" in given else given["text"]
        language = given.get("language") or (detect(text) if len(text) >= 200 else None)
        return analyze(text, language=language or "en").as_json()

    return _answer(options, one, {"path": options.file})


def run_evaluate(options: argparse.Namespace) -> int:
    """Scores the analysis on gold lines {"id","text","language"?,"quotes","sentences"?}."""
    from app.analysis import analyze
    from app.analysis.evaluate import Score, read, table

    score = Score()
    try:
        data = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
        for article in read(data):
            score.add(article, analyze(article.text, language=article.language or "en"))
    except (OSError, ValueError) as error:
        print(f"{options.file}: {error}", file=sys.stderr)
        return 1
    figures = score.figures(options.threshold)
    print(json.dumps(figures) if options.json else table(figures))
    return 0
