"""The smallest true world that tests need: a published questionnaire, and a round with invited clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Final

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.workflows.access_codes import AccessKey, access_key, read_code
from ceo.workflows.fieldwork import RoundPlan, invite, open_round
from ceo.workflows.publish import publish_questionnaire
from questionnaires.definition import Questionnaire
from questionnaires.loading import load_questionnaire, shipped_definitions

UTRECHT: Final = "GM0344"
ZWOLLE: Final = "GM0193"
TODAY: Final = date(2026, 11, 21)


@cache
def wmo_core() -> Questionnaire:
    """The shipped questionnaire."""
    loaded = load_questionnaire(shipped_definitions())
    assert isinstance(loaded, Questionnaire)
    return loaded


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
    invited: Mapping[str, int] | None = None,
    opens_on: date = date(2026, 11, 1),
    closes_on: date = date(2026, 12, 31),
    results_shown: bool = True,
) -> OpenedRound:
    """Publish the shipped questionnaire and open a round with it."""
    published = await publish_questionnaire(database, wmo_core(), now=datetime(2026, 10, 1, tzinfo=UTC))
    numbers = invited or {"Begeleiding": 3}
    plan = RoundPlan(
        municipality=municipality,
        measurement="wmo-2026",
        title="Wmo-meting 2026",
        questionnaire_hash=published.content_hash,
        opens_on=opens_on,
        closes_on=closes_on,
        phone="14 030",
        populations={name: 10 * number for name, number in numbers.items()},
        results_shown=results_shown,
    )
    round_id = await open_round(database, plan)
    codes = await invite(database, settings.secret_key, municipality=municipality, round_id=round_id, numbers=numbers)
    return OpenedRound(municipality, round_id, tuple(code for drawn in codes.values() for code in drawn), settings)
