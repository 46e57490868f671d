"""Who can come in by an identity provider at this moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import col, exists, select

from ceo.storage.people import Federation, IdentityProvider, Membership


def let_in_by_providers() -> Any:
    """Return the statement of the ids of users whom a provider lets in: one of the only place where they work, that is not disabled.

    Everybody else needs a password, and can be invited to choose one.
    """
    other = aliased(Membership)
    elsewhere = exists().where(
        col(other.user_id) == col(Federation.user_id), col(other.place) != IdentityProvider.place
    )
    return (
        select(Federation.user_id)
        .join(IdentityProvider, col(IdentityProvider.issuer) == col(Federation.issuer))
        .join(
            Membership,
            (col(Membership.user_id) == col(Federation.user_id)) & (col(Membership.place) == IdentityProvider.place),
        )
        .where(col(IdentityProvider.disabled).is_(False), ~elsewhere)
        .distinct()
    )
