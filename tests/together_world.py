"""What a test needs of working together: a municipality with one of everything, and national rows that belong to nobody."""

from __future__ import annotations

import uuid
from datetime import timedelta

from ceo.clock import dutch_day, now
from ceo.storage.database import Database
from ceo.storage.tenancy import shared_transaction, tenant_transaction
from ceo.storage.together import (
    AnswerToQuestion,
    Ballot,
    Cluster,
    ClusterMember,
    OpenQuestion,
    Organisation,
    Poll,
    Practice,
    Theme,
)


async def together_of(database: Database, code: str, mark: str, member: str) -> dict[str, str]:
    """Give a municipality one of everything; return an id for each name of a parameter.

    What it keeps to itself holds the mark: a practice that it does not share, and its ballot. A question is there for everybody.
    """
    names = ("theme_id", "poll_id", "cluster_id", "organisation_id", "practice_id", "asked_id", "answer_id")
    ids, today = {name: uuid.uuid4().hex for name in names}, dutch_day()
    async with shared_transaction(database) as session:
        session.add(Theme(id=ids["theme_id"], name=f"Thema van {code}"))
        await session.flush()
        session.add(
            Poll(
                id=ids["poll_id"],
                question="Waarover?",
                method="approval",
                themes=[ids["theme_id"]],
                opens_on=today,
                closes_on=today + timedelta(days=7),
                made_by=member,
                voted=True,
            )
        )
        session.add(Cluster(id=ids["cluster_id"], theme=ids["theme_id"], name=f"Cluster van {code}"))
        session.add(Organisation(id=ids["organisation_id"], name=f"Netwerk van {code}", kind="netwerk"))
    async with tenant_transaction(database, code) as session:
        session.add(
            Practice(
                municipality=code,
                id=ids["practice_id"],
                theme=ids["theme_id"],
                title=f"{mark} voorbeeld",
                text=f"{mark} tekst",
                contact=f"{mark} contact",
                made_by=member,
                made_on=today,
            )
        )
        ballot = Ballot(
            municipality=code, poll_id=ids["poll_id"], themes=[ids["theme_id"]], cast_by=mark, cast_at=now()
        )
        session.add(ballot)
        session.add(ClusterMember(municipality=code, cluster_id=ids["cluster_id"], since=today))
        session.add(
            OpenQuestion(
                municipality=code,
                id=ids["asked_id"],
                theme=ids["theme_id"],
                title="Wie weet dit?",
                text="Voor iedereen.",
                state="open",
                asked_by=member,
                asked_on=today,
            )
        )
        await session.flush()
        session.add(
            AnswerToQuestion(
                place=code,
                id=ids["answer_id"],
                question_id=ids["asked_id"],
                text="Wij.",
                given_by=member,
                given_on=today,
            )
        )
    return ids
