"""Stories of the demonstration that were read already: without personal data, with codes of two readers, quotes and a case."""

from __future__ import annotations

import random
import uuid
from datetime import date, datetime
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.clock import DUTCH_TIME
from ceo.storage.database import Database
from ceo.storage.rounds import Round
from ceo.storage.story_reading import DescribedCase, StoryCode, StoryCoding, StoryNote, StoryQuote, StoryReading
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.demonstration.plan import UTRECHT
from ceo.workflows.demonstration.staff import PEOPLE
from ceo.workflows.stories.marking import marks_to_json, suggest_marks, without
from ceo.workflows.stories.rooms import StoryState
from ceo.workflows.stories.told import MAY_LEARN, story_id_of
from questionnaires.consents import consents_from_json

_MEASUREMENT: Final = "wmo-2026"
_ITEM: Final = "VER01"
# Most stories were decided about; the others wait for a visitor.
_READ: Final = 40
# The owner, and a second reader whom nobody can look around as.
_READERS: Final = (PEOPLE[0].id, uuid.uuid5(uuid.NAMESPACE_DNS, "tweede-lezer.invalid").hex)
# How often each reader overlooks a code, a fraction.
_OVERLOOKED: Final = 0.12
# Codes with their meaning, and a word by which a simulated story has it.
_CODES: Final = (
    ("Vast gezicht", "Of steeds dezelfde persoon komt. Niet: hoe aardig iemand is.", "gezicht"),
    ("Snelheid", "Hoe lang iets duurde of hoe vaak iemand moest bellen.", "bellen"),
    ("Begrijpelijke informatie", "Brieven, uitleg en formulieren die wel of niet te volgen zijn.", "brief"),
    ("Meedoen", "Weer ergens komen of mensen ontmoeten door de hulp.", "markt vrienden"),
)


async def seed_readings(database: Database, *, now: datetime) -> None:
    """Let some stories of Utrecht be read, as two readers would have done. They are shown once an edition counts their submissions."""
    rng = random.Random(2026)  # noqa: S311 - a simulation, not a secret
    day = now.astimezone(DUTCH_TIME).date()
    async with tenant_transaction(database, UTRECHT) as session:
        its_round = (await session.exec(select(Round).where(col(Round.measurement) == _MEASUREMENT))).one()
        assert its_round.id is not None, "a stored round has an id"
        told = await _told(session, its_round.id)
        codes = {name: uuid.UUID(int=rng.getrandbits(128), version=4).hex for name, _, _ in _CODES}
        session.add_all(
            StoryCode(id=codes[name], municipality=UTRECHT, name=name, meaning=meaning) for name, meaning, _ in _CODES
        )
        readings = [_reading(its_round.id, row, day) for row in told]
        session.add_all(readings)
        await session.flush()
        for reading in readings:
            session.add_all(_codings(reading, codes, rng))
        session.add_all(_quotes(readings, told, day))
        session.add(_note(readings[0], now))
        session.add(_case(readings, now))


async def _told(session: AsyncSession, round_id: int) -> list[Submission]:
    """Return submissions with a story of which the municipality may learn, in an order that says nothing."""
    statement = select(Submission).where(col(Submission.round_id) == round_id).order_by(col(Submission.id))
    rows = await session.exec(statement)
    return [row for row in rows if _ITEM in row.answers and MAY_LEARN in _uses(row)][:_READ]


def _uses(row: Submission) -> tuple[str, ...]:
    consents = consents_from_json(row.consents)
    return consents[_ITEM].given if _ITEM in consents else ()


def _reading(round_id: int, row: Submission, day: date) -> StoryReading:
    text = str(row.answers[_ITEM]["value"])
    marks = suggest_marks(text)
    return StoryReading(
        id=story_id_of(row.id, _ITEM),
        municipality=UTRECHT,
        round_id=round_id,
        submission_id=row.id,
        item=_ITEM,
        state=StoryState.DECIDED.value,
        text=without(text, marks),
        marks=list(marks_to_json(marks)),
        decided_by=_READERS[0],
        decided_on=day,
        row_version=1,
    )


def _codings(reading: StoryReading, codes: dict[str, str], rng: random.Random) -> list[StoryCoding]:
    found = []
    for reader in _READERS:
        given = [
            codes[name]
            for name, _, words in _CODES
            if any(word in reading.text for word in words.split()) and rng.random() >= _OVERLOOKED
        ]
        found += [
            StoryCoding(municipality=UTRECHT, reading_id=reading.id, reader=reader, code=code) for code in given or [""]
        ]
    return found


def _quotes(readings: list[StoryReading], told: list[Submission], day: date) -> list[StoryQuote]:
    """Pick two quotes that others may read: of different words."""
    shared = {row.text: row for row, its in zip(readings, told, strict=True) if "delen_anoniem" in _uses(its)}
    return [
        StoryQuote(
            id=uuid.uuid5(uuid.NAMESPACE_OID, row.id).hex,
            municipality=UTRECHT,
            reading_id=row.id,
            round_id=row.round_id,
            text=text,
            scope="delen_anoniem",
            picked_by=_READERS[0],
            picked_on=day,
        )
        for text, row in sorted(shared.items())[:2]
    ]


def _note(reading: StoryReading, now: datetime) -> StoryNote:
    return StoryNote(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"note {reading.id}").hex,
        municipality=UTRECHT,
        reading_id=reading.id,
        text="Verzonnen voorbeeld: dit hoorde ik ook in het gesprek met de cliëntenraad.",
        made_by=_READERS[0],
        made_at=now,
    )


def _case(readings: list[StoryReading], now: datetime) -> DescribedCase:
    return DescribedCase(
        id=uuid.uuid5(uuid.NAMESPACE_OID, "case").hex,
        municipality=UTRECHT,
        title="Steeds iemand anders aan de deur (verzonnen)",
        text="Een bewoner krijgt elke week hulp in huis. In een half jaar kwamen zes mensen. Elke keer begint de uitleg opnieuw.",
        learned="De aanbieder belt voortaan als er iemand anders komt. Bij de volgende meting kijken we of mensen dat merken.",
        readings=sorted(row.id for row in readings if "gezicht" in row.text)[:2],
        about=[],
        made_by=_READERS[0],
        made_at=now,
    )
