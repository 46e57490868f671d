"""Sealed rounds of which every answer is known: who answered what, in which group, as rows of the database."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from arrangements import TODAY, OpenedRound, arrange_round

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.endings import Snapshot
from ceo.storage.kept_files import FilePurpose
from ceo.storage.people import Membership, User
from ceo.storage.rounds import Promise, Round, RoundDesign, RoundStage
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import shared_transaction, tenant_transaction
from ceo.workflows.kept_files.keeping import FileFacts, add_file
from ceo.workflows.rights import Role
from ceo.workflows.rounds.design import Breakdown, Design, Step
from questionnaires.questionnaire import Questionnaire

NOON: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
# From nobody agrees to everybody does: 0, 25, 50, 75 and 100 points.
STEPS: Final = ("helemaal_oneens", "oneens", "tussenin", "eens", "helemaal_eens")
ITEMS: Final = ("EFF01", "EFF02", "EFF03")
# A name, a group, and the step of the answers.
Person = tuple[str, str, int]


def answered(step: int, *, items: Sequence[str] = ITEMS) -> dict[str, Any]:
    """The same step to each of these questions."""
    return {item: {"version": 1, "value": STEPS[step]} for item in items}


def crowd(first: int, number: int, group: str, *steps: int) -> list[Person]:
    """So many people, who answer these steps in turn."""
    return [(f"p{first + place}", group, steps[place % len(steps)]) for place in range(number)]


async def sealed_round(
    database: Database,
    settings: Settings,
    municipality: str,
    measurement: str,
    people: Sequence[Person],
    *,
    wave: int | None = None,
    design: Design | None = None,
    questionnaire: Questionnaire | None = None,
    items: Sequence[str] = ITEMS,
    late: int = 0,
    simulated: bool = False,
) -> OpenedRound:
    """Let people answer a round, and seal it. With a `wave` it is of the series "reeks".

    With some `late`, an edition was made before the last so many of them, who count in none.
    """
    opened = await arrange_round(
        database,
        settings,
        municipality=municipality,
        measurement=measurement,
        invited=dict(Counter(group for _, group, _ in people)),
        promise=Promise.PSEUDONYMOUS,
        questionnaire=questionnaire,
    )
    facts = FileFacts(opened.round_id, FilePurpose.SNAPSHOT, f"{measurement}.parquet", "application/octet-stream", "7f")
    async with tenant_transaction(database, municipality) as session:
        row = await session.get_one(Round, opened.round_id)
        row.title, row.stage, row.simulated = f"Meting {measurement}", RoundStage.SEALED.value, simulated
        row.series, row.wave = ("reeks", wave) if wave is not None else (None, None)
        own: dict[str, Any] = {"municipality": municipality, "round_id": opened.round_id}
        plan = design or Design(done=tuple(Step))
        session.add(RoundDesign(**own, document=plan.model_dump(mode="json")))
        file_id = await add_file(session, settings.encryption_keys, facts, b"sealed", now=NOON)
        session.add(
            Snapshot(
                **own,
                file_id=file_id,
                digest=f"sha256:{uuid.uuid4().hex * 2}",
                submissions=len(people),
                fieldwork={},
                sealed_by="7f",
                sealed_at=NOON,
            )
        )
        session.add_all(
            Submission(
                **own,
                id=uuid.uuid4().hex,
                stratum=group,
                questionnaire_hash=row.questionnaire_hash,
                answers=answered(step, items=items),
                language="nl",
                text_register="standard",
                mode="web",
                received_on=TODAY,
                person_key=f"{municipality}{name}",
                edition=1 if place < len(people) - late and late else None,
            )
            for place, (name, group, step) in enumerate(people)
        )
    return opened


def by_provider() -> Design:
    """A plan of which the groups are providers."""
    return Design(done=tuple(Step), breakdown=Breakdown.PROVIDER)


async def add_partner(database: Database, municipality: str, *activities: str, name: str = "Petra Partner") -> str:
    """Make a partner with activities; return the id."""
    user_id = uuid.uuid4().hex
    async with shared_transaction(database) as session:
        session.add(User(id=user_id, email=f"{user_id[:8]}@voorbeeld.nl", name=name))
        await session.flush()
        session.add(
            Membership(user_id=user_id, place=municipality, role=Role.PARTNER.value, activities=list(activities))
        )
    return user_id
