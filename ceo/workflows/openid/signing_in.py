"""Signing in at the identity provider of a municipality: OpenID Connect, authorization code flow with PKCE.

Somebody leaves for the provider with a state, a nonce and the hash of a verifier, and comes back with a code. What must be remembered
meanwhile travels in a cookie of the browser, sealed with a key of the installation and bound to the provider, for ten minutes. So a code
works only in the browser that asked for it (state), for the one question that it answers (PKCE and nonce), at the one provider that was
asked: each has an address of its own to lead people back to. The cookie is taken away at the first return, whatever comes of it.

Source: OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9207; RFC 9700. Authlib makes the requests and checks claims, joserfc checks
signatures, httpx fetches: the client of Authlib itself has given up httpx.
"""

from __future__ import annotations

import hmac
import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ceo.workflows.installation.keyring import DamagedSealError, UnknownKeyError, seal, unseal
from ceo.workflows.openid.documents import ProviderDocument
from ceo.workflows.openid.exchange import RelyingParty, error_code, exchange_code, return_address
from ceo.workflows.openid.fetching import HTTP_OK, Unusable
from ceo.workflows.openid.people import NotAdmitted, admit
from ceo.workflows.openid.provider_rows import Provider
from ceo.workflows.openid.providers import find_provider
from ceo.workflows.openid.tokens import Expected, NotValid, Person, read_header, read_id_token
from ceo.workflows.staff.signed_in import begin_sign_in, end_sign_in

_LOG: Final = logging.getLogger(__name__)
# How long somebody may take at the provider.
REMEMBERED: Final = timedelta(minutes=10)
_PURPOSE: Final = "signing in at an identity provider"
_SCOPE: Final = "openid email profile"
# In characters. Codes of large providers take some 2000.
_LONGEST_CODE: Final = 6000
_LONGEST_COOKIE: Final = 4096


class NotSignedIn(StrEnum):
    """Why nothing came of signing in, as far as it is not about the person (`NotAdmitted`)."""

    UNKNOWN = "unknown"  # there is no such provider, or not any more
    AWAY = "away"  # the provider does not answer, or not as it should
    FORGOTTEN = "forgotten"  # another browser, too late, or a second time
    DENIED = "denied"  # the person, or the provider, said no
    REFUSED = "refused"  # the provider does not want us: a setting is wrong
    NOT_VALID = "not-valid"  # what it says proves nothing


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where somebody goes to sign in, and what the browser keeps until then."""

    address: str
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Return:
    """What a browser brings back from a provider. `instead_of` is the sign-in that it holds already, which ends ("" without one)."""

    query: Mapping[str, Sequence[str]] = field(repr=False)
    cookie: str = field(repr=False)
    device: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class CameBack:
    """Somebody who is signed in now: what the cookie holds, and where this person was going."""

    secret: str = field(repr=False)
    onward: str


@dataclass(frozen=True, slots=True)
class _Remembered:
    state: str
    nonce: str
    verifier: str
    onward: str
    until: float


async def leave(party: RelyingParty, provider_id: str, *, onward: str, now: datetime) -> Leaving | NotSignedIn:
    """Return how somebody goes to sign in at a provider; `onward` is the address on our side to go to afterwards."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]  # Authlib has no types
    from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]  # the same

    provider = await find_provider(party.database, provider_id)
    if provider is None or provider.disabled:
        return NotSignedIn.UNKNOWN
    document = await party.known.document(provider.issuer, now=now)
    if isinstance(document, Unusable):
        return _told(provider, NotSignedIn.AWAY, str(document))
    state, nonce, verifier = (secrets.token_urlsafe(size) for size in (32, 32, 48))
    remembered = _Remembered(state, nonce, verifier, onward, (now + REMEMBERED).timestamp())
    address = prepare_grant_uri(
        document.authorization_endpoint,
        client_id=provider.client_id,
        response_type="code",
        redirect_uri=return_address(party.base_url, provider.id),
        scope=_SCOPE,
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
        acr_values=" ".join(provider.mapping.acr) or None,
    )
    return Leaving(address, seal(party.keys, _PURPOSE, provider.id, json.dumps(asdict(remembered)).encode()))


async def come_back(
    party: RelyingParty, provider_id: str, back: Return, *, now: datetime
) -> CameBack | NotSignedIn | NotAdmitted:
    """Sign somebody in who comes back from a provider; return why not otherwise."""
    provider = await find_provider(party.database, provider_id)
    if provider is None or provider.disabled:
        return NotSignedIn.UNKNOWN
    remembered = _recall(party, provider, back, now)
    if remembered is None:
        return NotSignedIn.FORGOTTEN
    document = await party.known.document(provider.issuer, now=now)
    if isinstance(document, Unusable):
        return _told(provider, NotSignedIn.AWAY, str(document))
    code = _read_code(provider, document, back)
    if isinstance(code, NotSignedIn):
        return code
    person = await _ask_who(party, provider, document, code, remembered=remembered, now=now)
    user_id = person if isinstance(person, NotSignedIn) else await admit(party.database, provider, person, now=now)
    if isinstance(user_id, NotAdmitted):
        _LOG.info("signing in at %s: %s", provider.id, user_id.value)
    if isinstance(user_id, (NotSignedIn, NotAdmitted)):
        return user_id
    if back.instead_of:
        await end_sign_in(party.database, back.instead_of)
    secret = await begin_sign_in(party.database, user_id, complete=True, device=back.device, now=now)
    return CameBack(secret, remembered.onward)


def _recall(party: RelyingParty, provider: Provider, back: Return, now: datetime) -> _Remembered | None:
    """Return what this browser remembers of leaving for this provider, if its state is the one that comes back."""
    if not back.cookie or len(back.cookie) > _LONGEST_COOKIE:
        return None
    try:
        remembered = _Remembered(**json.loads(unseal(party.keys, _PURPOSE, provider.id, back.cookie)))
    except (DamagedSealError, UnknownKeyError, TypeError):  # also: of another version of this software
        return None
    same = hmac.compare_digest(_only(back, "state").encode(errors="replace"), remembered.state.encode())
    return remembered if same and now.timestamp() <= remembered.until else None


def _read_code(provider: Provider, document: ProviderDocument, back: Return) -> str | NotSignedIn:
    """Return the code that a provider gave, or what it said instead."""
    issuer = _only(back, "iss")
    if (issuer or document.names_itself) and issuer != provider.issuer:
        return _told(provider, NotSignedIn.NOT_VALID, "another issuer answers")
    if "error" in back.query:
        denied = _only(back, "error") == "access_denied"
        return _told(provider, NotSignedIn.DENIED if denied else NotSignedIn.REFUSED, error_code(_only(back, "error")))
    code = _only(back, "code")
    usable = 0 < len(code) <= _LONGEST_CODE and code.isascii() and code.isprintable()
    return code if usable else _told(provider, NotSignedIn.NOT_VALID, "no code")


async def _ask_who(
    party: RelyingParty,
    provider: Provider,
    document: ProviderDocument,
    code: str,
    *,
    remembered: _Remembered,
    now: datetime,
) -> Person | NotSignedIn:
    """Return the person for whom a provider gave a code."""
    answer = await exchange_code(party, provider, document, code, verifier=remembered.verifier)
    if isinstance(answer, Unusable):
        return _told(provider, NotSignedIn.AWAY, f"code: {answer}")
    if answer.status != HTTP_OK or "error" in answer.document:
        return _told(provider, NotSignedIn.REFUSED, f"code: {error_code(answer.document.get('error'))}")
    token = answer.document.get("id_token")
    header = read_header(token, document.algorithms)
    if isinstance(header, NotValid) or not isinstance(token, str):
        return _told(provider, NotSignedIn.NOT_VALID, f"ID token: {header}")
    keys = await party.known.keys(document, header.key_id, now=now)
    if isinstance(keys, Unusable):
        return _told(provider, NotSignedIn.AWAY, f"keys: {keys}")
    access = answer.document.get("access_token")
    expected = Expected(
        provider.issuer,
        provider.client_id,
        remembered.nonce,
        access if isinstance(access, str) else "",
        document.algorithms,
    )
    person = read_id_token(token, keys, expected, now=now)
    return _told(provider, NotSignedIn.NOT_VALID, f"ID token: {person}") if isinstance(person, NotValid) else person


def _only(back: Return, name: str) -> str:
    """Return a parameter that is there exactly once; "" otherwise."""
    values = back.query.get(name, ())
    return values[0] if len(values) == 1 else ""


def _told(provider: Provider, what: NotSignedIn, cause: str) -> NotSignedIn:
    """Write down what went wrong at a provider, for who keeps the installation. It holds nothing of the person."""
    _LOG.warning("signing in at %s: %s (%s)", provider.id, what.value, cause)
    return what
