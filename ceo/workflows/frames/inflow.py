"""New people who are sent in by another system: all of them come in, or none and everything that is wrong is told by person and field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.clients import InflowKey, SamplingFrame
from ceo.storage.database import Database
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.frames.checking import ListRules, read_clients
from ceo.workflows.frames.choices import FrameChoices, read_choices
from ceo.workflows.frames.listed import Act, ListedClient, ListFault
from ceo.workflows.frames.mapping import CONTACT_FIELDS, ListField, columns_of
from ceo.workflows.frames.merging import MergeRules, Merging
from ceo.workflows.frames.newcomers import Intake, TakenIn, take_in, why_nobody_comes_in
from ceo.workflows.frames.rows import Cell, Row, column_letters

MOST_PEOPLE: Final = 1000
# What a person is made of, by the name that other systems use: that of the column in a list.
FIELDS: Final[Mapping[str, ListField]] = {
    "clientnummer": ListField.CLIENT_NUMBER,
    "wet": ListField.ACT,
    "product": ListField.PRODUCT,
    "aanbieder": ListField.PROVIDER,
    "toegekend": ListField.GRANTED,
    "begindatum": ListField.STARTED_ON,
    "einddatum": ListField.ENDED_ON,
    "geboortedatum": ListField.BORN,
    "geslacht": ListField.SEX,
    "wijk": ListField.NEIGHBOURHOOD,
    "taal": ListField.LANGUAGE,
    "naam": ListField.NAME,
    "ter_attentie_van": ListField.CARE_OF,
    "straat": ListField.STREET,
    "huisnummer": ListField.NUMBER,
    "postcode": ListField.POSTCODE,
    "plaats": ListField.PLACE,
    "email": ListField.EMAIL,
    "telefoon": ListField.PHONE,
    "niet_voor": ListField.NOT_BEFORE,
}
_NAMES: Final = tuple(FIELDS)
_PLACES: Final = {name: place for place, name in enumerate(_NAMES)}
# Nobody did it: a system of the municipality sent them in.
_SENDER: Final = "ceo instroom"
# Of the whole message, not of a person.
WHOLE: Final = -1


@dataclass(frozen=True, slots=True)
class InflowFault:
    """One thing that is wrong. `index`: of the person, from 0; `WHOLE` is the message. `field` is "" when it is about all fields.

    `code` is that of a list (see `checking`), or "not-a-list", "too-many", "not-a-person", "unknown-field", "not-text". What stood there
    is not repeated: it is somebody's.
    """

    index: int
    field: str
    code: str


async def send_in(
    database: Database, settings: Settings, key: InflowKey, document: Any, *, today: date, now: datetime
) -> TakenIn | list[InflowFault] | str:
    """Let the people of a message come into the round of a key; return what came of them.

    With a single fault nobody comes in and all faults are returned; a text is why nobody can come in now (see `why_nobody_comes_in`).
    """
    async with tenant_reading(database, key.municipality) as session:
        refusal = await why_nobody_comes_in(session, key.round_id)
        opens_on, choices = await _rules(session, key.round_id)
    if refusal:
        return refusal
    merging, faults = _read(document, settings, key.municipality, opens_on, choices.act, today)
    if faults:
        return faults
    people = list(merging.people())
    async with tenant_transaction(database, key.municipality) as session:
        if refusal := await why_nobody_comes_in(session, key.round_id):
            return refusal
        intake = Intake(key.round_id, choices, today, "api", f"api {today.isoformat()}")
        taken = await take_in(session, settings, intake, people)
        used = await session.get(InflowKey, key.id)
        if used is not None:
            used.used_on = today
        await session.flush()
        await _record(session, key, taken, now)
    return taken


async def _rules(session: AsyncSession, round_id: int) -> tuple[date, FrameChoices]:
    """Return the first day of a round, and who counts: as it was chosen for the first list, but for the period of support."""
    its_round = await session.get_one(Round, round_id)
    frame = await session.get(SamplingFrame, round_id)
    chosen = frame.summary.get("choices") if frame is not None else None
    if not chosen:
        return its_round.opens_on, FrameChoices()
    return its_round.opens_on, read_choices({**chosen, "from": None, "until": None})


def _read(
    document: Any, settings: Settings, municipality: str, opens_on: date, act: Act | None, today: date
) -> tuple[Merging, list[InflowFault]]:
    """Return the people of a message, and everything that is wrong with it."""
    merging = Merging(MergeRules(settings.secret_key, municipality, opens_on, with_contacts=True))
    people = document.get("mensen") if isinstance(document, dict) else None
    if not isinstance(people, list) or not people:
        return merging, [InflowFault(WHOLE, "mensen", "not-a-list")]
    if len(people) > MOST_PEOPLE:
        return merging, [InflowFault(WHOLE, "mensen", "too-many")]
    faults = [fault for index, person in enumerate(people) for fault in _faults_of_shape(index, person)]
    wrong = {fault.index for fault in faults}
    rows = (Row(index + 1, _cells(one)) for index, one in enumerate(people) if index not in wrong)
    for found in _lines(rows, act, today, with_contacts=_with_contacts(people)):
        told = [found] if isinstance(found, ListFault) else merging.add(found)
        faults.extend(_fault(fault) for fault in told)
    return merging, sorted(set(faults), key=lambda fault: (fault.index, fault.field, fault.code))


def _lines(
    rows: Iterator[Row], act: Act | None, today: date, *, with_contacts: bool
) -> Iterator[ListedClient | ListFault]:
    head = Row(0, _NAMES)
    chosen = [FIELDS[name] if with_contacts or FIELDS[name] not in CONTACT_FIELDS else None for name in _NAMES]
    first = next(rows, None)
    if first is not None:
        yield from read_clients(_chained(head, first, rows), ListRules(columns_of(chosen), today, act))


def _chained(head: Row, first: Row, others: Iterator[Row]) -> Iterator[Row]:
    yield head
    yield first
    yield from others


def _with_contacts(people: Sequence[Any]) -> bool:
    """Return whether somebody's message says how to reach them: a postcode alone is for drawing by neighbourhood."""
    names = {name for name, field in FIELDS.items() if field in CONTACT_FIELDS}
    return any(isinstance(one, dict) and any(one.get(name) for name in names) for one in people)


def _faults_of_shape(index: int, person: Any) -> Iterator[InflowFault]:
    if not isinstance(person, dict) or not person:
        yield InflowFault(index, "", "not-a-person")
        return
    for name, value in person.items():
        if name not in FIELDS:
            # The name is not repeated: it may be anything.
            yield InflowFault(index, "", "unknown-field")
        elif not isinstance(value, str | bool | int | None) or (isinstance(value, bool) and name != "toegekend"):
            yield InflowFault(index, name, "not-text")


def _cells(person: Mapping[str, Any]) -> tuple[Cell, ...]:
    return tuple(_cell(person.get(name)) for name in _NAMES)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return "" if value is None else str(value).strip()


def _fault(fault: ListFault) -> InflowFault:
    """Return a fault of a row as one of a person. Its column is the letters of a place, or what the field is called inside."""
    letters = {column_letters(place): name for name, place in _PLACES.items()}
    inside = {field.value: name for name, field in FIELDS.items()}
    return InflowFault(fault.line - 1, letters.get(fault.column) or inside.get(fault.column, ""), fault.code)


async def _record(session: AsyncSession, key: InflowKey, taken: TakenIn, now: datetime) -> None:
    await record(
        session,
        key.municipality,
        actor=_SENDER,
        action="frame.people-sent-in",
        object_kind="round",
        object_id=str(key.round_id),
        after={
            "label": key.label,
            "added": sum(taken.added.values()),
            "drawn": sum(taken.drawn.values()),
            "excluded": taken.excluded,
            "known": taken.known,
            "waiting": taken.waiting,
        },
        now=now,
    )
