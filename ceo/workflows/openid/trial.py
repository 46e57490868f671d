"""Trying out an identity provider without signing in: does it answer, and does it know us?"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ceo.workflows.openid.exchange import RelyingParty, error_code, exchange_code
from ceo.workflows.openid.fetching import Unusable
from ceo.workflows.openid.provider_rows import Provider

# What a provider answers to a client or a secret that it does not know (RFC 6749, section 5.2), and to a code that it did not give.
_UNKNOWN_CLIENT: Final = frozenset({"invalid_client", "unauthorized_client"})
_UNKNOWN_CODE: Final = "invalid_grant"


class Step(StrEnum):
    """What is tried, one after the other."""

    DOCUMENT = "document"
    KEYS = "keys"
    CLIENT = "client"


class Known(StrEnum):
    """Whether a provider takes our client id and our secret."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"  # it answers in a way that does not tell


@dataclass(frozen=True, slots=True)
class Trial:
    """How far a trial came: everything before `step` was right. `problem` is None when all steps were taken."""

    step: Step
    problem: Unusable | None = None
    known: Known = Known.UNCLEAR

    @property
    def is_good(self) -> bool:
        """Return whether people can sign in, as far as that can be told without a person."""
        return self.problem is None and self.known is not Known.NO


async def try_provider(party: RelyingParty, provider: Provider, *, now: datetime) -> Trial:
    """Fetch anew what a provider publishes, and see whether it knows us: an invented code must be what it minds, not who asks."""
    party.known.forget(provider.issuer)
    document = await party.known.document(provider.issuer, now=now)
    if isinstance(document, Unusable):
        return Trial(Step.DOCUMENT, document)
    keys = await party.known.keys(document, None, now=now)
    if isinstance(keys, Unusable):
        return Trial(Step.KEYS, keys)
    answer = await exchange_code(
        party, provider, document, secrets.token_urlsafe(16), verifier=secrets.token_urlsafe(48)
    )
    if isinstance(answer, Unusable):
        return Trial(Step.CLIENT, answer)
    error = error_code(answer.document.get("error"))
    if error in _UNKNOWN_CLIENT:
        return Trial(Step.CLIENT, known=Known.NO)
    return Trial(Step.CLIENT, known=Known.YES if error == _UNKNOWN_CODE else Known.UNCLEAR)
