"""Staff of the tests: users with roles, and browsers in which they are signed in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from web.reading import Resident
from web.running import Site

from ceo.storage.database import Database
from ceo.storage.people import Membership, User
from ceo.storage.tenancy import shared_transaction
from ceo.web.staff.access import COOKIE
from ceo.workflows.rights import Role
from ceo.workflows.staff.signed_in import begin_sign_in


async def add_staff(
    database: Database, roles: Mapping[str, Role | tuple[Role, ...]], *, name: str = "Noor Jansen", language: str = "nl"
) -> str:
    """Make a user with roles by place; return the id. Without a password: as who signs in at an identity provider."""
    user_id = uuid.uuid4().hex
    async with shared_transaction(database) as session:
        session.add(User(id=user_id, email=f"{user_id[:8]}@voorbeeld.nl", name=name, language=language))
        await session.flush()
        for place, held in roles.items():
            for role in (held,) if isinstance(held, Role) else held:
                session.add(Membership(user_id=user_id, place=place, role=role.value))
    return user_id


async def staff_browser(
    site: Site, roles: Mapping[str, Role | tuple[Role, ...]], *, name: str = "Noor Jansen", language: str = "nl"
) -> Resident:
    """Return a browser in which a new user with these roles is signed in."""
    user_id = await add_staff(site.database, roles, name=name, language=language)
    return await signed_in_browser(site, user_id)


async def signed_in_browser(site: Site, user_id: str) -> Resident:
    """Return a browser in which a user is signed in."""
    secret = await begin_sign_in(site.database, user_id, complete=True, device="Proef", now=datetime.now(UTC))
    browser = site.browser()
    browser.client.cookies.set(COOKIE, secret, domain="testserver.local", path="/werk")
    return browser
