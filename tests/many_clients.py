"""A round in the field with as many clients as a test or a benchmark wants: in the list, drawn, invited, and some who answered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from arrangements import OpenedRound
from sqlmodel import SQLModel, insert

from ceo.clock import dutch_day
from ceo.storage.answer_days import AnswerDay
from ceo.storage.clients import Client, ClientStatus, Contact, Sample, SamplingFrame
from ceo.storage.contacts import Invitation, InvitationState
from ceo.storage.database import Database
from ceo.storage.letters import MailState, OutgoingMail
from ceo.storage.rounds import Stratum
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.frames.composition import CompositionTally
from ceo.workflows.frames.contacts import seal_contact
from ceo.workflows.frames.listed import ContactDetails
from ceo.workflows.frames.sample_design import SampleDesign
from ceo.workflows.frames.stratifying import StratifyBy

PRODUCTS: Final = ("Hulp bij het huishouden", "Begeleiding", "Vervoer", "Wonen", "Dagbesteding")
AGES: Final = ("18-34", "35-49", "50-64", "65-74", "75-84", "85+")
NOON: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
_BATCH: Final = 1000
# Of ten who were invited.
_STATES: Final = (
    (InvitationState.COMPLETE,) * 3 + (InvitationState.OPEN,) * 5 + (InvitationState.STARTED, InvitationState.REFUSED)
)


async def stand_in_field(database: Database, opened: OpenedRound, *, clients: int, invited: int) -> None:
    """Let a round without a list have one, a draw from it, and invitations by letter and mail of which three in ten were answered."""
    own = {"municipality": opened.municipality, "round_id": opened.round_id}
    tally = CompositionTally()
    for number in range(clients):
        tally.add(traits_of(number), None)
    summary = {**tally.composition().document(), "lines": clients, "left_out": {}}
    digest = f"sha256:{clients}"
    async with tenant_transaction(database, opened.municipality) as session:
        for name in PRODUCTS:
            await session.merge(Stratum(**own, name=name, population=clients // len(PRODUCTS) + 1))
        session.add(
            SamplingFrame(**own, digest=digest, clients=clients, summary=summary, loaded_by="7f", loaded_at=NOON)
        )
        each = [clients // len(PRODUCTS) + 1, invited // len(PRODUCTS), 0]
        design = {
            "design": SampleDesign(stratify_by=StratifyBy.PRODUCT, invited=invited).model_dump(mode="json"),
            "strata": dict.fromkeys(PRODUCTS, each),
            "drawn_from": digest,
            "until": {},
            "before": {},
        }
        session.add(Sample(**own, seed="1", frame_digest=digest, design=design, drawn_by="7f", drawn_at=NOON))
        session.add_all(
            AnswerDay(**own, day=dutch_day() - timedelta(days=before), answers=invited // 30 + 1)
            for before in range(1, 8)
        )
    await add_people(database, opened, clients=clients, invited=invited)


async def add_people(database: Database, opened: OpenedRound, *, clients: int, invited: int, first: int = 0) -> None:
    """Add clients to the list of a round, of whom the first are invited; `first`: how many there were already."""
    for start in range(first, first + clients, _BATCH):
        numbers = range(start, min(start + _BATCH, first + clients))
        rows: dict[type[SQLModel], list[dict[str, Any]]] = {Client: [], Contact: [], Invitation: [], OutgoingMail: []}
        for number in numbers:
            for table, row in _rows(opened, number, invited=number < first + invited):
                rows[table].append(row)
        async with tenant_transaction(database, opened.municipality) as session:
            for table, found in rows.items():
                if found:
                    await session.exec(insert(table), params=found)


def traits_of(number: int) -> dict[str, Any]:
    """What the list says of a client."""
    return {
        "acts": ["wmo"],
        "products": [PRODUCTS[number % 5]],
        "providers": [],
        "granted": True,
        "age_group": AGES[number % 6],
        "sex": ("woman", "man")[number % 7 > 3],
        "neighbourhood": "",
        "language": "",
    }


def _rows(opened: OpenedRound, number: int, *, invited: bool) -> Iterator[tuple[type[SQLModel], dict[str, Any]]]:
    own = {"municipality": opened.municipality, "round_id": opened.round_id}
    name = hashlib.sha256(f"{opened.municipality} {opened.round_id} {number}".encode()).hexdigest()
    client_id, status = name[:32], ClientStatus.DRAWN if invited else ClientStatus.ELIGIBLE
    stratum = PRODUCTS[number % 5]
    yield (
        Client,
        {
            **own,
            "id": client_id,
            "person_hash": name,
            "stratum": stratum,
            "traits": traits_of(number),
            "status": status.value,
            "draw_order": number + 1 if invited else None,
        },
    )
    if not invited:
        return
    details = ContactDetails("Noor Jansen", "", f"Singel {number}", "3511 AB", "Utrecht", f"n{number}@voorbeeld.nl")
    sealed = seal_contact(opened.settings.encryption_keys, client_id, details, "nl")
    yield (
        Contact,
        {"municipality": opened.municipality, "id": client_id, "by_post": True, "by_mail": True, "sealed": sealed},
    )
    state, sent_on = _STATES[number % 10], dutch_day() - timedelta(days=20)
    answering = {"state": state.value, "client_id": client_id, "sent_on": sent_on}
    yield Invitation, {**own, "access_hash": name, "stratum": stratum, **answering}
    if number % 2:
        mail = {
            "kind": "invitation",
            "language": "nl",
            "state": MailState.SENT.value,
            "send_after": NOON,
            "sent_on": sent_on,
        }
        yield OutgoingMail, {**own, "id": client_id, "invitation_hash": name, **mail}
