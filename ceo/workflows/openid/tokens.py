"""The ID token: what an identity provider signs about a person who signed in there.

Source: OpenID Connect Core 1.0, sections 3.1.3.7 and 5.1. Signatures are checked by joserfc, claims by Authlib.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from ceo.workflows.openid.documents import ALGORITHMS

if TYPE_CHECKING:
    from joserfc.jwk import Key

# Seconds that the clock of a provider may differ from ours.
_LEEWAY: Final = 60
# OpenID Connect Core 1.0, section 2.
_LONGEST_SUBJECT: Final = 255
_LONGEST_EMAIL: Final = 254
_LONGEST_NAME: Final = 100
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
# What reading a strange token can raise beside the errors of joserfc.
_STRANGE: Final = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
# What Microsoft says instead of `email_verified`: the owner of the domain of the address has been verified.
_DOMAIN_VERIFIED: Final = "xms_edov"


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token must say to be ours. `algorithms` are those of the provider that we accept."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str
    algorithms: frozenset[str]


@dataclass(frozen=True, slots=True)
class TokenHeader:
    """How a token says that it was signed."""

    algorithm: str
    key_id: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in at a provider. `email` is "" unless the provider says that it was verified."""

    subject: str
    email: str = ""
    name: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def values(self, claim: str) -> frozenset[str]:
        """Return the values of a claim that holds a word or a list of them.

        >>> sorted(Person("1", claims={"groups": ["b", "a", 7]}).values("groups"))
        ['a', 'b']
        """
        given = self.claims.get(claim)
        return frozenset(one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str))


@dataclass(frozen=True, slots=True)
class NotValid:
    """A token that proves nothing. `cause` is for the log, and holds nothing of a person."""

    cause: str


def read_header(token: object, algorithms: frozenset[str]) -> TokenHeader | NotValid:
    """Return how a token was signed, before anything of it is believed."""
    from joserfc.errors import JoseError
    from joserfc.jws import extract_compact

    try:
        header: Any = extract_compact(token.encode()).headers() if isinstance(token, str) else None
    except (JoseError, *_STRANGE):
        header = None
    if not isinstance(header, dict):
        return NotValid("form")
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or not isinstance(key_id, (str, type(None))):
        return NotValid("form")
    return TokenHeader(algorithm, key_id) if algorithm in algorithms else NotValid("algorithm")


def read_id_token(token: str, keys: Sequence[Key], expected: Expected, *, now: datetime) -> Person | NotValid:
    """Return the person of a token that one of these keys signed, for us, in answer to our own question, and now."""
    header = read_header(token, expected.algorithms)
    if isinstance(header, NotValid):
        return header
    fitting = [key for key in keys if _fits(key, header)]
    if not fitting:
        return NotValid("key")
    claims = next((claims for key in fitting if (claims := _signed(token, key, header.algorithm)) is not None), None)
    if claims is None:
        return NotValid("signature")
    fault = _fault(claims, header, expected, now)
    return NotValid(fault) if fault else _person(claims)


def _fits(key: Key, header: TokenHeader) -> bool:
    same = header.key_id is None or key.kid == header.key_id
    return same and key.key_type == ALGORITHMS[header.algorithm] and key.alg in {None, header.algorithm}


def _signed(token: str, key: Key, algorithm: str) -> dict[str, Any] | None:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jws import JWSRegistry

    # Names in the header that nobody knows mean nothing (RFC 7515, section 4), unless they are said to be critical.
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        return jwt.decode(token, key, registry=registry).claims
    except (JoseError, *_STRANGE):
        return None


def _fault(claims: dict[str, Any], header: TokenHeader, expected: Expected, now: datetime) -> str:
    """Return which claim is missing or not ours; "" when none is."""
    from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # Authlib has no types of its own
    from joserfc.errors import JoseError

    rules = {name: {"essential": True, "value": value} for name, value in _exactly(expected).items()}
    about = {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token}
    token = CodeIDToken(claims, {"alg": header.algorithm}, rules, about)
    try:
        token.validate(now=int(now.timestamp()), leeway=_LEEWAY)
    except JoseError as error:
        return f"{error.error}: {error.description}"
    except _STRANGE:
        return "form of a claim"
    return "" if _is_plain(claims["sub"], _LONGEST_SUBJECT) else "sub"


def _exactly(expected: Expected) -> dict[str, str]:
    return {"iss": expected.issuer, "aud": expected.client_id}


def _person(claims: dict[str, Any]) -> Person:
    email = claims.get("email")
    # Some letters outside ASCII become an ordinary k or i in lower case, and with it the address of somebody else.
    email = email.strip().lower() if isinstance(email, str) and email.isascii() else ""
    verified = claims.get("email_verified") is True or claims.get(_DOMAIN_VERIFIED) in (True, 1, "1")
    good = verified and _is_plain(email, _LONGEST_EMAIL) and _EMAIL.fullmatch(email)
    return Person(claims["sub"], email if good else "", _name(claims), claims)


def _name(claims: dict[str, Any]) -> str:
    parts = [claims.get(part) for part in ("given_name", "family_name")]
    whole = claims.get("name") or " ".join(part for part in parts if isinstance(part, str))
    name = " ".join(whole.split()) if isinstance(whole, str) else ""
    return name if _is_plain(name, _LONGEST_NAME) else ""


def _is_plain(text: str, longest: int) -> bool:
    """Return whether a text can be kept: no control characters and no halves of characters are in it."""
    return 0 < len(text) <= longest and text.isprintable()
