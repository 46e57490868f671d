"""People of the demonstration: a visitor looks around as one of them, without a password. There are none anywhere else."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL, Membership, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.audit.recording import place_transaction, record
from ceo.workflows.demonstration.measurements import is_complete
from ceo.workflows.demonstration.plan import NEIGHBOURS, OSS, OWN_PROVIDER, UTRECHT, VLIELAND, WALKING, ZWOLLE
from ceo.workflows.rights import Role


@dataclass(frozen=True, slots=True)
class DemonstrationPerson:
    """Somebody who works with the demonstration; `roles` by place, `activities` of a partner. `mailbox` is what stands before the @."""

    mailbox: str
    name: str
    roles: tuple[tuple[str, Role], ...]
    activities: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return the id of the user, the same in every demonstration."""
        return uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.mailbox}.invalid").hex


PEOPLE: Final = (
    DemonstrationPerson("eigenaar", "Eva Eigenaar", ((UTRECHT, Role.OWNER),)),
    DemonstrationPerson("buren", "Bas Buurman", tuple((place, Role.OWNER) for place in NEIGHBOURS)),
    DemonstrationPerson("redacteur", "Ravi Redacteur", ((UTRECHT, Role.EDITOR),)),
    DemonstrationPerson("veldwerker", "Vera Veldwerk", ((UTRECHT, Role.FIELDWORKER),)),
    DemonstrationPerson("lezer", "Leo Lezer", ((UTRECHT, Role.READER),)),
    DemonstrationPerson(
        "regio", "Rita Regio", ((ZWOLLE, Role.REGIONAL), (OSS, Role.REGIONAL), (VLIELAND, Role.REGIONAL))
    ),
    DemonstrationPerson("partner", "Pia Partner", ((ZWOLLE, Role.PARTNER),), (WALKING, OWN_PROVIDER)),
    DemonstrationPerson("landelijk", "Lars Landelijk", ((NATIONAL, Role.NATIONAL_EDITOR),)),
    DemonstrationPerson("tweede", "Tess Tweede", ((NATIONAL, Role.NATIONAL_EDITOR),)),
)


async def seed_staff(database: Database, *, now: datetime) -> None:
    """Add the people of the demonstration. They have no password, so they can come in nowhere else."""
    async with shared_transaction(database) as session:
        for person in PEOPLE:
            session.add(User(id=person.id, email=f"{person.mailbox}@voorbeeld.invalid", name=person.name))
        await session.flush()
        for person in PEOPLE:
            for place, role in person.roles:
                session.add(
                    Membership(user_id=person.id, place=place, role=role.value, activities=[*person.activities])
                )
    # As if everybody had been in once: people are shown by their names from then on.
    for person in PEOPLE:
        for place, _ in person.roles:
            async with place_transaction(database, place) as session:
                await record(
                    session,
                    place,
                    actor=person.id,
                    action="account.signed-in",
                    object_kind="account",
                    object_id=person.id,
                    now=now,
                )


async def people_to_be(database: Database, settings: Settings) -> tuple[DemonstrationPerson, ...]:
    """Return the people as whom a visitor can look around: only in a demonstration on this machine, and none elsewhere."""
    if settings.secure or not is_complete(settings):
        return ()
    async with reading_across(database) as session:
        known = set(await session.exec(select(User.id).where(col(User.id).in_([person.id for person in PEOPLE]))))
    return tuple(person for person in PEOPLE if person.id in known)
