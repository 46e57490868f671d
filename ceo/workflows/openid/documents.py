"""What an identity provider publishes about itself: its addresses and its keys, fetched when they are needed and kept for an hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from ceo.workflows.openid.fetching import HTTP_OK, Answer, Cause, Limits, Unusable, fetch, is_usable_address

if TYPE_CHECKING:
    from joserfc.jwk import Key

# What may sign an ID token, and the kind of key that goes with it. Not `none`, and nothing that is signed with a shared secret (HS256):
# a public key must never count as one.
ALGORITHMS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
}
_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_KEPT: Final = timedelta(hours=1)
_KEYS_AGAIN: Final = timedelta(minutes=1)
# More than there are municipalities.
_MOST_ISSUERS: Final = 1000
_MOST_KEYS: Final = 50
# In bits: shorter RSA keys can be broken.
_SHORTEST_RSA: Final = 2048
_BITS_OF_SIGN: Final = 6  # in base64
_LONGEST_ABOUT: Final = 200


@dataclass(frozen=True, slots=True)
class ProviderDocument:
    """What a provider says about itself: the part of it that signing in needs."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    algorithms: frozenset[str]
    takes_secret_in_form: bool
    names_itself: bool  # in the answer that the browser brings (RFC 9207)


@dataclass(frozen=True, slots=True)
class _Kept:
    document: ProviderDocument
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class _KeptKeys:
    keys: tuple[Key, ...]
    fetched_at: datetime


class KnownProviders:
    """What the providers of an installation published, as one process last saw it.

    `allow_local`: a provider on this computer may be reached without https, for who develops or tests.
    """

    def __init__(self, *, allow_local: bool, limits: Limits = Limits()) -> None:  # noqa: B008 - a frozen value
        self.allow_local = allow_local
        self.limits = limits
        self._documents: dict[str, _Kept] = {}
        self._keys: dict[str, _KeptKeys] = {}

    async def document(self, issuer: str, *, now: datetime) -> ProviderDocument | Unusable:
        """Return what an issuer says about itself, at most an hour old."""
        kept = self._documents.get(issuer)
        if kept is not None and _is_fresh(kept.fetched_at, now, _KEPT):
            return kept.document
        answer = await fetch(issuer.rstrip("/") + _WELL_KNOWN, limits=self.limits)
        found = answer if isinstance(answer, Unusable) else read_document(answer, issuer, allow_local=self.allow_local)
        if isinstance(found, ProviderDocument):
            _keep(self._documents, issuer, _Kept(found, now))
        return found

    async def keys(
        self, document: ProviderDocument, key_id: str | None, *, now: datetime
    ) -> tuple[Key, ...] | Unusable:
        """Return the public keys of a provider. For a key that is not among them they are fetched anew, at most once a minute."""
        kept = self._keys.get(document.issuer)
        if kept is not None:
            known = key_id is None or any(key.kid == key_id for key in kept.keys)
            if _is_fresh(kept.fetched_at, now, _KEPT if known else _KEYS_AGAIN):
                return kept.keys
        answer = await fetch(document.jwks_uri, limits=self.limits)
        found = answer if isinstance(answer, Unusable) else _read_keys(answer)
        if not isinstance(found, Unusable):
            _keep(self._keys, document.issuer, _KeptKeys(found, now))
        return found

    def forget(self, issuer: str) -> None:
        """Fetch everything of an issuer anew the next time."""
        self._documents.pop(issuer, None)
        self._keys.pop(issuer, None)


def read_document(answer: Answer, issuer: str, *, allow_local: bool) -> ProviderDocument | Unusable:
    """Return the document of an issuer as far as it is needed. It must name exactly the issuer that it was fetched for.

    Source: OpenID Connect Discovery 1.0, sections 3 and 4.3.
    """
    if answer.status != HTTP_OK:
        return Unusable(Cause.STATUS, str(answer.status))
    document = answer.document
    if document.get("issuer") != issuer:
        return Unusable(Cause.OTHER_ISSUER, str(document.get("issuer", ""))[:_LONGEST_ABOUT])
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not is_usable_address(document.get(name), allow_local=allow_local):
            return Unusable(Cause.ADDRESS, name)
    missing = _missing(document)
    if missing is not None:
        return Unusable(missing)
    return ProviderDocument(
        issuer,
        document["authorization_endpoint"],
        document["token_endpoint"],
        document["jwks_uri"],
        frozenset(ALGORITHMS) & frozenset(_listed(document, "id_token_signing_alg_values_supported", ("RS256",))),
        takes_secret_in_form="client_secret_post" in _listed(document, "token_endpoint_auth_methods_supported", ()),
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _missing(document: dict[str, Any]) -> Cause | None:
    """Return what we need and the provider cannot do. What it does not tell has a default in the specification."""
    if "code" not in _listed(document, "response_types_supported", ("code",)):
        return Cause.NO_CODE
    # Silence means nothing here: several large providers do PKCE without saying so.
    if "S256" not in _listed(document, "code_challenge_methods_supported", ("S256",)):
        return Cause.NO_PKCE
    if not ALGORITHMS.keys() & set(_listed(document, "id_token_signing_alg_values_supported", ("RS256",))):
        return Cause.NO_ALGORITHM
    methods = _listed(document, "token_endpoint_auth_methods_supported", ("client_secret_basic",))
    return None if {"client_secret_basic", "client_secret_post"} & set(methods) else Cause.NO_SECRET


def _listed(document: dict[str, Any], name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = document.get(name, default)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, (list, tuple)) else ()


def _read_keys(answer: Answer) -> tuple[Key, ...] | Unusable:
    """Return the keys that can check a signature. Others may stand between them: of a kind that we do not know, or for encryption."""
    if answer.status != HTTP_OK:
        return Unusable(Cause.STATUS, str(answer.status))
    written = answer.document.get("keys")
    found = [_read_key(one) for one in written[:_MOST_KEYS]] if isinstance(written, list) else []
    keys = tuple(key for key in found if key is not None)
    return keys or Unusable(Cause.NO_KEYS)


def _read_key(written: object) -> Key | None:
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry, RSAKey

    if not isinstance(written, dict) or written.get("kty") not in ALGORITHMS.values():
        return None
    if written.get("use", "sig") != "sig" or "d" in written:
        return None
    if written["kty"] == "RSA" and len(str(written.get("n", ""))) * _BITS_OF_SIGN < _SHORTEST_RSA:
        return None  # before the library warns in our log about a key of somebody else
    try:
        key = JWKRegistry.import_key(written)
        too_short = isinstance(key, RSAKey) and key.public_key.key_size < _SHORTEST_RSA
    except (JoseError, ValueError, TypeError, LookupError):
        return None
    return None if too_short else key


def _is_fresh(fetched_at: datetime, now: datetime, kept: timedelta) -> bool:
    # A clock that was set back makes nothing fresh for longer.
    return timedelta(0) <= now - fetched_at < kept


def _keep(memory: dict[str, Any], issuer: str, value: object) -> None:
    memory.pop(issuer, None)
    if len(memory) >= _MOST_ISSUERS:
        memory.pop(next(iter(memory)))
    memory[issuer] = value
