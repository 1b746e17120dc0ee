"""Signing in and out, a person's own account, how pages look, and (for admins) the accounts of all."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from app.access import ROLES, Admin, CurrentUser, cookie_name, person_or_none
from app.accounts import actions, queries
from app.accounts.throttle import Throttle
from app.db import ReadDb, WriteDb
from app.errors import AppError, Invalid, TooMany
from app.forms import RowId
from app.models import User
from app.web import DISPLAY_COOKIE, Display, is_htmx, local_path, own_address, page, redirect

router = APIRouter()
Text = Annotated[str, Form()]
YEAR = 365 * 24 * 3600


def _errors(error: AppError) -> dict[str, str]:
    return error.errors if isinstance(error, Invalid) else {error.field or "form": error.message}


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _signed_in(request: Request, token: str, path: str) -> Response:
    settings = request.app.state.settings
    answer = redirect(request, path)
    answer.set_cookie(
        cookie_name(request), token, max_age=settings.session_days * 24 * 3600,
        httponly=True, samesite="lax", secure=settings.secure_cookies, path="/",
    )  # fmt: skip
    return answer


def _new_sign_in(request: Request, db: WriteDb, user: User) -> str:
    """A session of the account, always a new one; the one that the browser had ends."""
    old = person_or_none(request)
    if old and old.sign_in_id:
        actions.end_sign_ins(db, user_id=old.id, only=old.sign_in_id)
    agent, days = request.headers.get("user-agent", ""), request.app.state.settings.session_days
    return actions.sign_in(db, user_id=user.id, days=days, address=_address(request), agent=agent)


# In and out


@router.get("/sign-in")
def sign_in_form(request: Request, next: str = "/") -> Response:
    if person_or_none(request):
        return redirect(request, local_path(next))
    return page(request, "accounts/sign_in.html", name="", next=local_path(next), errors={})


@router.post("/sign-in")
def sign_in(
    request: Request, read: ReadDb, db: WriteDb, name: Text = "", password: Text = "", next: Text = "/"
) -> Response:  # fmt: skip
    throttle: Throttle = request.app.state.throttle
    who = actions.name_key(name), _address(request)
    try:
        throttle.check(*who)
        user = actions.check_password(read, name=name, password=password)  # slow: not while others wait to write
        if user is None:
            throttle.count(*who)
            raise Invalid("This name and this password do not go together.", field="password")
    except (Invalid, TooMany) as error:
        form: dict[str, Any] = {"name": name, "next": local_path(next), "errors": _errors(error)}
        return page(request, "accounts/sign_in.html", status=error.status, **form)
    throttle.clear(who[0])
    return _signed_in(request, _new_sign_in(request, db, user), next)


@router.post("/sign-out")
def sign_out(request: Request, db: WriteDb) -> Response:
    person = person_or_none(request)
    if person and person.sign_in_id:
        actions.end_sign_ins(db, user_id=person.id, only=person.sign_in_id)
    answer = redirect(request, "/sign-in")
    answer.delete_cookie(cookie_name(request), path="/", secure=request.app.state.settings.secure_cookies)
    return answer


@router.get("/welcome/{token}")
def welcome_form(request: Request, db: ReadDb, token: str) -> Response:
    user = actions.link_owner(db, token=token)
    return page(request, "accounts/welcome.html", token=token, name=user.name, errors={})


@router.post("/welcome/{token}")
def welcome(request: Request, db: WriteDb, token: str, name: Text = "", password: Text = "") -> Response:
    person_or_none(request)  # notes when its session was seen, which must not wait for the write that begins here
    try:
        with db.begin_nested():
            user = actions.use_link(db, token=token, name=name, password=password)
    except Invalid as error:
        form: dict[str, Any] = {"token": token, "name": name, "errors": error.errors}
        return page(request, "accounts/welcome.html", status=422, **form)
    return _signed_in(request, _new_sign_in(request, db, user), "/")


# One's own account


def _account(request: Request, db: ReadDb, user: CurrentUser, status: int = 200, **context: Any) -> Response:
    known: dict[str, Any] = {"errors": {}, "new_token": None, "message": "", "token_name": ""}
    lists = {"sign_ins": queries.sign_ins(db, user.id), "tokens": queries.tokens(db, user.id)}
    return page(request, "accounts/account.html", status=status, **known | lists | context)


@router.get("/account")
def account(request: Request, db: ReadDb, user: CurrentUser) -> Response:
    return _account(request, db, user)


@router.put("/account/password")
def change_password(request: Request, db: WriteDb, user: CurrentUser, old: Text = "", password: Text = "") -> Response:
    throttle: Throttle = request.app.state.throttle
    who = f"password of {user.id}", _address(request)
    try:
        throttle.check(*who)
        actions.change_password(db, user_id=user.id, old=old, new=password, sign_in_id=user.sign_in_id)
    except (Invalid, TooMany) as error:
        if error.field == "old":
            throttle.count(*who)
        return _account(request, db, user, error.status, errors=_errors(error))
    db.flush()
    return _account(request, db, user, message="The password is changed. Every other session has ended.")


@router.delete("/account/sessions/{sign_in_id}")
def end_session(request: Request, db: WriteDb, user: CurrentUser, sign_in_id: RowId) -> Response:
    actions.end_sign_ins(db, user_id=user.id, only=sign_in_id)
    return redirect(request, "/account")


@router.post("/account/tokens")
def add_token(request: Request, db: WriteDb, user: CurrentUser, name: Text = "", scope: Text = "read") -> Response:
    try:
        token = actions.add_token(db, user_id=user.id, name=name, scope=scope)
    except Invalid as error:
        return _account(request, db, user, 422, errors=error.errors, token_name=name)
    db.flush()
    return _account(request, db, user, new_token=token)


@router.delete("/account/tokens/{token_id}")
def remove_token(request: Request, db: WriteDb, user: CurrentUser, token_id: RowId) -> Response:
    actions.remove_token(db, user_id=user.id, token_id=token_id)
    return redirect(request, "/account")


@router.put("/display")
def display(
    request: Request, theme: Text = "", size: Text = "", measure: Text = "", single_keys: Text = "", next: Text = "/"
) -> Response:  # fmt: skip
    chosen = Display.checked(theme, size, measure, bool(single_keys))
    answer = Response(status_code=204) if is_htmx(request) else redirect(request, next)
    secure = request.app.state.settings.secure_cookies
    answer.set_cookie(DISPLAY_COOKIE, chosen.as_cookie(), max_age=YEAR, samesite="lax", secure=secure, path="/")
    return answer


# Everybody's accounts


def _people(request: Request, db: ReadDb, status: int = 200, **context: Any) -> Response:
    known: dict[str, Any] = {"errors": {}, "link": None, "link_for": "", "given": {"name": "", "role": "analyst"}}
    return page(request, "accounts/people.html", status=status, users=queries.users(db), roles=ROLES, **known | context)


def _link(request: Request, token: str) -> str:
    return f"{own_address(request)}/welcome/{token}"


@router.get("/people")
def people(request: Request, db: ReadDb, _user: Admin) -> Response:
    return _people(request, db)


@router.post("/people")
def add_person(request: Request, db: WriteDb, _user: Admin, name: Text = "", role: Text = "analyst") -> Response:
    try:
        user = actions.add_user(db, name=name, role=role)
    except Invalid as error:
        return _people(request, db, 422, errors=error.errors, given={"name": name, "role": role})
    link = _link(request, actions.make_link(db, user_id=user.id))
    return _people(request, db, link=link, link_for=user.name)


@router.put("/people/{user_id}")
def change_person(
    request: Request, db: WriteDb, _user: Admin, user_id: RowId, role: Text = "", disabled: Text = ""
) -> Response:
    actions.change_user(db, user_id=user_id, role=role, disabled=bool(disabled))
    return redirect(request, "/people")


@router.post("/people/{user_id}/link")
def new_link(request: Request, db: WriteDb, _user: Admin, user_id: RowId) -> Response:
    user = actions.user_named(db, user_id)
    return _people(request, db, link=_link(request, actions.make_link(db, user_id=user_id)), link_for=user.name)
