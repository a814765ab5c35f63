"""Logging in by single sign-on: to the municipality's provider, and back."""

import secrets
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.answers import pages_of
from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.entrance.going_in import go_in
from callcenter.dashboard.entrance.inside import is_inside
from callcenter.dashboard.login_page import login_page
from callcenter.dashboard.patience import network_of
from callcenter.dashboard.security import cookie_name, storable, token_of
from callcenter.dashboard.sso.provider import ProviderFault, Question, address_to_ask, claims_of
from callcenter.dashboard.waiting_room import TooManyLogIns
from callcenter.dashboard.words import language_for
from callcenter.logs import Log, log
from callcenter.model.code import new_token, token_hash
from callcenter.model.single_sign_on import Person, SingleSignOn, SingleSignOnError, person_of
from callcenter.model.staff import Role, User
from callcenter.store import audit, single_sign_on, tenants, users
from callcenter.store.database import Tx
from callcenter.store.sealing import SealError
from callcenter.store.single_sign_on import Attempt

BACK: Final = "/login/sso/back"
UNDER_WAY_FOR: Final = timedelta(minutes=10)
_SUFFIX: Final = "-sso"  # of the cookie that holds the state, so that no other browser can bring the answer

router = APIRouter()


class KeptOut(Exception):
    """A manager has kept this person out, or removed them, whatever their provider says."""


@router.get(BACK)
async def back(request: Request, state: str = "", code: str = "") -> Response:
    """Where the provider sends people back to, with a code."""
    desk = desk_of(request)
    mine = token_of(request, desk, _SUFFIX)
    async with desk.store.begin() as tx:
        attempt = None
        if mine is not None and secrets.compare_digest(mine.encode(), storable(state).encode()):
            attempt = await single_sign_on.use(tx, token_hash(mine), desk.clock() - UNDER_WAY_FOR)
        found = None if attempt is None else await single_sign_on.provider_of(tx, attempt.municipality_id)
        inside = await is_inside(tx, attempt.municipality_id if attempt else None, request)
    if attempt is None or found is None or not code or not inside:
        return await _refuse(request, "sso-stale")
    by, closed = found
    question = Question(attempt.nonce, attempt.verifier, desk.origin + BACK)
    try:
        secret = desk.box.open(closed, by.municipality_id)
        async with desk.at_providers.place(_from(request)):
            person = person_of(await claims_of(by, secret, question, code), by)
    except TooManyLogIns:
        return await _refuse(request, "log-in-busy", 503)
    except (ProviderFault, SingleSignOnError, SealError) as error:
        _tell(by, error)
        return await _refuse(request, "sso-failed")
    if person.role is None:
        return await _refuse(request, "sso-no-role", 403)
    language = language_for(request.headers.get("accept-language", ""))
    try:
        async with desk.store.begin() as tx:
            user = await _user(desk, tx, by, person, person.role, language)
    except KeptOut:
        return await _refuse(request, "sso-kept-out", 403)
    # A page of ours leads on: to a redirect from another site browsers would not bring the new, strict cookie.
    page = pages_of(request).page("entrance/signed_on.html", user.language)
    page.delete_cookie(cookie_name(desk, _SUFFIX), path="/", secure=desk.https, httponly=True, samesite="lax")
    return await go_in(request, page, user)


@router.get("/login/sso/{slug}")
async def ask(request: Request, slug: str) -> Response:
    """Send a browser to the provider of this municipality."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        municipality_id = await single_sign_on.id_of(tx, storable(slug))
        found = None if municipality_id is None else await single_sign_on.provider_of(tx, municipality_id)
        inside = await is_inside(tx, municipality_id, request)
    if found is None:
        raise HTTPException(404, "error-404")
    if not inside:
        return await _refuse(request, "sso-outside", 403)
    by, state, now = found[0], new_token(), desk.clock()
    question = Question(new_token(), new_token(), desk.origin + BACK)
    try:
        async with desk.at_providers.place(_from(request)):
            address = await address_to_ask(by, question, state)
    except TooManyLogIns:
        return await _refuse(request, "log-in-busy", 503)
    except ProviderFault as error:
        _tell(by, error)
        return await _refuse(request, "sso-failed")
    async with desk.store.begin() as tx:
        attempt = Attempt(by.municipality_id, question.nonce, question.verifier)
        await single_sign_on.begin(tx, token_hash(state), attempt, now, now - UNDER_WAY_FOR)
    answer = RedirectResponse(address, 303)
    # Lax: it has to come along when the provider sends the browser back.
    name = cookie_name(desk, _SUFFIX)
    answer.set_cookie(name, state, path="/", secure=desk.https, httponly=True, samesite="lax", max_age=600)
    return answer


async def _user(desk: Desk, tx: Tx, by: SingleSignOn, person: Person, role: Role, language: str) -> User:
    """Return the user of this person, with the role that they have now; made when they come for the first time.

    Raises KeptOut.
    """
    known = await single_sign_on.who_is(tx, by.municipality_id, person.subject)
    if known is None:  # or this very person, in another tab, is being made just now
        await tenants.lock_municipality(tx, by.municipality_id)
        known = await single_sign_on.who_is(tx, by.municipality_id, person.subject)
    if known is not None and not await users.is_in_service(tx, known.id):
        raise KeptOut
    if known is not None:
        if (known.role, known.name) != (role, person.name):
            await single_sign_on.set_role_and_name(tx, known, role, person.name)
        return replace(known, role=role, name=person.name)
    new_id = uuid.uuid4().hex
    # No log-in name that somebody may type: nobody takes over an account by what a provider calls them.
    user = User(new_id, f"{person.login[:60]}/{new_id}", person.name, role, by.municipality_id, language)
    await users.add_user(tx, user, desk.passwords.of_nobody)
    await single_sign_on.add_identity(tx, by.municipality_id, person.subject, user.id)
    await audit.note(tx, desk.clock(), "signed-on-first", user)
    return user


def _from(request: Request) -> str:
    return network_of(request.client.host if request.client else "")


def _tell(by: SingleSignOn, error: Exception) -> None:
    reason = error.reason if isinstance(error, ProviderFault) else "?"
    log(Log.SIGN_ON_FAILED, municipality=by.municipality_id, error=type(error).__name__, reason=reason)


async def _refuse(request: Request, said: str, status: int = 400) -> Response:
    log(Log.LOG_IN_REFUSED, reason=said)
    return await login_page(request, said, status=status)
