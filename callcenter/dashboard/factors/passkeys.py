"""Passkeys (WebAuthn, W3C level 3): what a browser is asked to sign, and whether what it signed is good.

A challenge is good for one purpose, for some minutes, and once: see `StaffBox` and `spend_challenge`.
"""

import json
from datetime import timedelta
from typing import Any, Final

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from callcenter.dashboard.desk import Desk
from callcenter.dashboard.security import storable
from callcenter.model.second_factor import ISSUER
from callcenter.model.staff import User
from callcenter.store import second_factors
from callcenter.store.database import Tx
from callcenter.store.second_factors import Factors

TO_LOG_IN: Final = "log-in"  # a purpose: with the passkey alone, which then has to verify its user
GOOD_FOR: Final = timedelta(minutes=10)
MOST_PASSKEYS: Final = 10
LONGEST_ANSWER: Final = 16_000  # characters
_LONGEST_NAME: Final = 40
_WRONG: Final = (WebAuthnException, ValueError, KeyError, TypeError)  # what a made-up answer can lead to


def to_add(user: User) -> str:
    """The purpose of adding a passkey."""
    return f"add {user.id}"


def as_second(user: User) -> str:
    """The purpose of a passkey as the second step of a log-in."""
    return f"second {user.id}"


def options_to_add(desk: Desk, user: User, factors: Factors) -> dict[str, Any]:
    """Return what a browser is asked when a passkey is made, for JSON."""
    options = webauthn.generate_registration_options(
        rp_id=desk.passkey_place or "",
        rp_name=ISSUER,
        user_name=user.login,
        user_id=bytes.fromhex(user.id),
        user_display_name=user.name,
        challenge=_challenge(desk, to_add(user)),
        timeout=int(GOOD_FOR.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(factors),
    )
    return options_to_json_dict(options)


def options_to_show(desk: Desk, purpose: str, factors: Factors | None = None) -> dict[str, Any]:
    """Return what a browser is asked when one of these passkeys (None: any) is to be shown, for JSON."""
    needed = UserVerificationRequirement.REQUIRED if factors is None else UserVerificationRequirement.PREFERRED
    options = webauthn.generate_authentication_options(
        rp_id=desk.passkey_place or "",
        challenge=_challenge(desk, purpose),
        timeout=int(GOOD_FOR.total_seconds() * 1000),
        allow_credentials=None if factors is None else _descriptors(factors),
        user_verification=needed,
    )
    return options_to_json_dict(options)


async def add(desk: Desk, tx: Tx, user: User, answer: str, name: str) -> bool:
    """Keep the passkey that a browser made; tell whether it is good and new."""
    try:
        credential, challenge = _read(answer)
        if not _is_good(desk, challenge, to_add(user)):
            return False
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=desk.passkey_place or "",
            expected_origin=desk.origin,
        )
    except _WRONG:
        return False
    await second_factors.lock(tx, user.id)
    full = len((await second_factors.factors_of(tx, user.id)).passkeys) >= MOST_PASSKEYS
    if full or not await _spend(desk, tx, challenge):
        return False
    kept = storable(name).strip()[:_LONGEST_NAME]
    return await second_factors.add_passkey(
        tx, user.id, made.credential_id, made.credential_public_key, made.sign_count, kept, desk.clock()
    )


async def who_shows(desk: Desk, tx: Tx, answer: str, purpose: str) -> User | None:
    """Return whose passkey has signed for this purpose; None when it did not, or not well."""
    try:
        credential, challenge = _read(answer)
        if not _is_good(desk, challenge, purpose):
            return None
        kept = await second_factors.find_passkey(tx, base64url_to_bytes(str(credential["id"])))
        if kept is None:
            return None
        shown = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=desk.passkey_place or "",
            expected_origin=desk.origin,
            credential_public_key=kept.public_key,
            credential_current_sign_count=kept.sign_count,
            require_user_verification=purpose == TO_LOG_IN,
        )
    except _WRONG:
        return None
    if not await _spend(desk, tx, challenge):
        return None
    await second_factors.passkey_used(tx, kept.id, shown.new_sign_count, desk.clock())
    return kept.user


def _read(answer: str) -> tuple[dict[str, Any], bytes]:
    """Return a browser's answer, and the challenge that it says to have signed."""
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("no passkey answers at such length")
    credential = json.loads(answer)
    client = parse_client_data_json(base64url_to_bytes(str(credential["response"]["clientDataJSON"])))
    return credential, client.challenge


def _challenge(desk: Desk, purpose: str) -> bytes:
    return desk.box.challenge(purpose, desk.clock().timestamp())


def _is_good(desk: Desk, challenge: bytes, purpose: str) -> bool:
    return desk.passkey_place is not None and desk.box.knows(
        challenge, purpose, desk.clock().timestamp(), GOOD_FOR.total_seconds()
    )


async def _spend(desk: Desk, tx: Tx, challenge: bytes) -> bool:
    now = desk.clock()
    return await second_factors.spend_challenge(tx, challenge, now, now - 2 * GOOD_FOR)


def _descriptors(factors: Factors) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in factors.passkeys]
