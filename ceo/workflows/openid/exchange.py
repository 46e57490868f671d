"""What this installation is to identity providers, and how it gets what they give for a code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ceo.storage.database import Database
from ceo.workflows.openid.documents import KnownProviders, ProviderDocument
from ceo.workflows.openid.fetching import Answer, Unusable, fetch
from ceo.workflows.openid.provider_rows import Provider
from ceo.workflows.openid.providers import secret_of

_ERROR_CODE: Final = re.compile("[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """What this installation is for identity providers. `base_url` is its outside address."""

    database: Database
    keys: Sequence[bytes] = field(repr=False)
    base_url: str
    known: KnownProviders


def return_address(base_url: str, provider_id: str) -> str:
    """Return where a provider leads people back to. It must be told so, and checks it to the letter."""
    return f"{base_url}/werk/aanmelden/bij/{provider_id}/terug"


async def exchange_code(
    party: RelyingParty, provider: Provider, document: ProviderDocument, code: str, *, verifier: str
) -> Answer | Unusable:
    """Return what a provider answers to a code, when asked by who brings the verifier and knows the secret."""
    from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]  # Authlib has no types
    from authlib.oauth2.rfc6749.parameters import prepare_token_request  # type: ignore[import-untyped]  # the same

    address = return_address(party.base_url, provider.id)
    form = prepare_token_request("authorization_code", redirect_uri=address, code=code, code_verifier=verifier)
    method = "client_secret_post" if document.takes_secret_in_form else "client_secret_basic"
    client = ClientAuth(provider.client_id, secret_of(party.keys, provider), method)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    _, headers, form = client.prepare("POST", document.token_endpoint, headers, form)
    return await fetch(document.token_endpoint, limits=party.known.limits, form=form, headers=headers)


def error_code(given: object) -> str:
    """Return the error that a provider names, if that is a code; other words of a provider are not repeated.

    >>> error_code("invalid_grant"), error_code({"<b>": 1})
    ('invalid_grant', 'an error without a usable code')
    """
    return given if isinstance(given, str) and _ERROR_CODE.fullmatch(given) else "an error without a usable code"
