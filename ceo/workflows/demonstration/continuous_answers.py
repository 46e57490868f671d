"""The answers of simulated clients in a round that goes on: the same every month, but for the one thing that is planted."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, insert, update

from ceo.storage.answer_days import AnswerDay
from ceo.storage.contacts import Invitation, InvitationState
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answering.access_codes import access_key, read_code
from ceo.workflows.inviting.codes import invite

if TYPE_CHECKING:
    from analysis.snapshots import SealedRow
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.demonstration.plan import PlannedFollowing
    from ceo.workflows.rounds.opening import RoundPlan
    from questionnaires.answers import JsonAnswers
    from questionnaires.publishing import PublishedVersion

_SEED: Final = 2026
# Of those who were asked, 0 to 1.
_RESPONSE: Final = 0.4


def simulate_months(
    plan: PlannedFollowing, published: PublishedVersion, months: Sequence[tuple[int, date]]
) -> dict[date, list[SealedRow]]:
    """Return who answered in each month, given by its number in the plan and its first day."""
    return {month: list(_rows(plan, published, place, month)) for place, month in months}


async def keep_answers(
    database: Database, settings: Settings, plan: RoundPlan, round_id: int, rows: Sequence[SealedRow]
) -> None:
    """Keep the answers of a round that is still open, as if the clients had come in with the codes of their letters."""
    answered = Counter(row.stratum for row in rows)
    numbers = {stratum: round(answered[stratum] / _RESPONSE) for stratum in plan.populations}
    codes = await invite(
        database, settings.secret_key, municipality=plan.municipality, round_id=round_id, numbers=numbers
    )
    complete = [
        access_key(settings.secret_key, plan.municipality, read_code(code) or "").access_hash
        for stratum, drawn in codes.items()
        for code in drawn[: answered[stratum]]
    ]
    own = {"municipality": plan.municipality, "round_id": round_id}
    days = Counter(row.received_on for row in rows)
    rng = random.Random(f"{_SEED}-{plan.measurement}")  # noqa: S311 - a simulation, not a secret
    async with tenant_transaction(database, plan.municipality) as session:
        await session.exec(insert(Submission), params=[{**own, **_submission(row, rng)} for row in rows])
        await session.exec(
            insert(AnswerDay), params=[{**own, "day": day, "answers": number} for day, number in days.items()]
        )
        sent = update(Invitation).where(col(Invitation.access_hash).in_(complete))
        await session.exec(sent.values(state=InvitationState.COMPLETE.value))


def _rows(plan: PlannedFollowing, published: PublishedVersion, place: int, month: date) -> Iterator[SealedRow]:
    from analysis.snapshots import SealedRow
    from questionnaires.answering import seal
    from questionnaires.answers import answers_to_json
    from questionnaires.simulation import simulate_answers

    questionnaire = published.questionnaire
    rng = random.Random(f"{_SEED}-{plan.municipality}-{place}")  # noqa: S311 - a simulation, not a secret
    names, clients = list(plan.strata), list(plan.strata.values())
    worse = _worse(published, plan.shifted) if place >= plan.shifted_from else {}
    for _ in range(plan.answers_a_month + rng.randint(-6, 6)):
        answers = answers_to_json(seal(questionnaire, simulate_answers(questionnaire, rng)).answers)
        if worse and rng.random() < plan.shifted_share:
            _shift(answers, plan.shifted, worse)
        yield SealedRow(
            stratum=rng.choices(names, clients)[0],
            version=published.content_hash,
            mode=questionnaire.modes[0],
            language=questionnaire.language,
            register="standard",
            respondent="self",
            # A week is as exact as it is kept.
            received_on=month + timedelta(days=7 * rng.randint(0, 3)),
            answers=answers,
        )


def _worse(published: PublishedVersion, item: str) -> dict[str, str]:
    """Return for each answer the next worse one."""
    from questionnaires.codebook import build_codebook

    scored = [code for code in build_codebook(published).variable(item).codes if code.score is not None]
    ordered = [code.code for code in sorted(scored, key=lambda code: code.score or 0.0)]
    return dict(zip(ordered[1:], ordered, strict=False))


def _shift(answers: JsonAnswers, item: str, worse: dict[str, str]) -> None:
    entry: Any = answers.get(item, {})
    if entry.get("value") in worse:
        answers[item] = {**entry, "value": worse[entry["value"]]}


def _submission(row: SealedRow, rng: random.Random) -> dict[str, Any]:
    return {
        "id": uuid.UUID(int=rng.getrandbits(128), version=4).hex,
        "stratum": row.stratum,
        "questionnaire_hash": row.version,
        "answers": row.answers,
        "language": row.language,
        "text_register": row.register,
        "mode": row.mode,
        "respondent": row.respondent,
        "consents": {},
        "dropped": 0,
        "received_on": row.received_on,
        "edition": None,
    }
