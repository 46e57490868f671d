"""The smallest true world that tests need: a published questionnaire, and a round with invited clients."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from ceo.settings import Settings
from ceo.storage.commit_group import CommitGroup
from ceo.storage.database import Database
from ceo.storage.rounds import Promise, Round
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answering import answer, arriving, sending
from ceo.workflows.answering.access_codes import AccessKey, access_key, read_code
from ceo.workflows.inviting.codes import invite
from ceo.workflows.publish import PublishedVersions, publish_questionnaire
from ceo.workflows.rounds.opening import RoundPlan, open_round
from questionnaires.answering import seal
from questionnaires.answers import Answer, answers_to_json
from questionnaires.loading import load_shipped
from questionnaires.questionnaire import Questionnaire
from questionnaires.simulation import simulate_answers

UTRECHT: Final = "GM0344"
ZWOLLE: Final = "GM0193"
TODAY: Final = date(2026, 11, 21)


def wmo_core() -> Questionnaire:
    """The shipped questionnaire of the Wmo."""
    return load_shipped("wmo@1")


@dataclass(frozen=True)
class OpenedRound:
    """A round and the codes of its clients."""

    municipality: str
    round_id: int
    codes: tuple[str, ...]
    settings: Settings

    def key(self, number: int = 0) -> AccessKey:
        """The access key of an invited client."""
        return access_key(self.settings.secret_key, self.municipality, read_code(self.codes[number]) or "")


async def arrange_round(
    database: Database,
    settings: Settings,
    *,
    municipality: str = UTRECHT,
    measurement: str = "wmo-2026",
    invited: Mapping[str, int] | None = None,
    opens_on: date = date(2026, 11, 1),
    closes_on: date = date(2026, 12, 31),
    results_shown: bool = True,
    questionnaire: Questionnaire | None = None,
    promise: Promise = Promise.ANONYMOUS,
) -> OpenedRound:
    """Publish a questionnaire, the shipped one unless another is given, and open a round with it."""
    asked = questionnaire or wmo_core()
    published = await publish_questionnaire(database, asked, now=datetime(2026, 10, 1, tzinfo=UTC))
    numbers = invited or {"Begeleiding": 3}
    plan = RoundPlan(
        municipality=municipality,
        measurement=measurement,
        title="Wmo-meting 2026",
        questionnaire_hash=published.content_hash,
        opens_on=opens_on,
        closes_on=closes_on,
        phone="14 030",
        populations={name: 10 * number for name, number in numbers.items()},
        results_shown=results_shown,
        promise=promise,
    )
    round_id = await open_round(database, plan)
    codes = await invite(database, settings.secret_key, municipality=municipality, round_id=round_id, numbers=numbers)
    return OpenedRound(municipality, round_id, tuple(code for drawn in codes.values() for code in drawn), settings)


def simulated(number: int = 0) -> dict[str, Answer]:
    """The answers of a simulated client; the same number gives the same client."""
    return simulate_answers(wmo_core(), random.Random(number))


async def fill_in(
    database: Database, opened: OpenedRound, number: int, *, send: bool, day: date = TODAY
) -> Mapping[str, Answer]:
    """Let an invited client answer every page, as the pages of the website do; return the answers."""
    answers = simulated(number)
    await arriving.start(database, opened.key(number), today=day)
    group, versions = CommitGroup(database), PublishedVersions(database)
    draft = await open_at(database, versions, opened, number, day=day)
    while (page := draft.path.next_page) is not None:
        given = {item: answers[item] for item in page.items}
        outcome = await answer.save_page(group, draft, page, given, row_version=draft.row_version)
        assert outcome is answer.SaveOutcome.SAVED
        draft = await open_at(database, versions, opened, number, day=day)
    await group.close()
    if send:
        assert await sending.send(database, draft, today=day) is answer.SaveOutcome.SAVED
    return answers


async def open_at(
    database: Database, versions: PublishedVersions, opened: OpenedRound, number: int = 0, *, day: date = TODAY
) -> answer.OpenDraft:
    """Open the draft of an invited client who has begun."""
    draft = await answer.open_draft(database, versions, opened.key(number), today=day)
    assert isinstance(draft, answer.OpenDraft)
    return draft


async def hand_in(database: Database, opened: OpenedRound, number: int, *, first: int = 0, day: date = TODAY) -> None:
    """Let a number of simulated clients of a round have sent their answers."""
    async with tenant_transaction(database, opened.municipality) as session:
        its_round = await session.get_one(Round, opened.round_id)
        session.add_all(
            Submission(
                id=uuid.UUID(int=random.Random(f"{opened.municipality} {client}").getrandbits(128)).hex,
                municipality=opened.municipality,
                round_id=opened.round_id,
                stratum="Begeleiding",
                questionnaire_hash=its_round.questionnaire_hash,
                answers=dict(answers_to_json(seal(wmo_core(), simulated(client)).answers)),
                language="nl",
                text_register="standard",
                mode="web",
                received_on=day,
            )
            for client in range(first, first + number)
        )
