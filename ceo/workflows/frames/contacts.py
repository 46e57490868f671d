"""How to reach people: sealing it for the row of a client and opening it again, and loading it for those who were drawn.

A municipality may deliver two files: first what is needed to draw, then names and addresses of those who were drawn only. Whoever else is
in the second file is counted and left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import col, delete, insert, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Client, Contact
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.audit.recording import record
from ceo.workflows.frames.checking import ListRules, read_clients
from ceo.workflows.frames.choices import ListOrder, read_order
from ceo.workflows.frames.faults import FaultTally
from ceo.workflows.frames.frame_rows import DRAWN
from ceo.workflows.frames.kept_lists import KeptList, read_in_thread
from ceo.workflows.frames.listed import Act, ContactDetails, ListedClient, ListFault, person_hash
from ceo.workflows.frames.mapping import ListField
from ceo.workflows.frames.merging import filled_up
from ceo.workflows.frames.reading import ListKind, open_list
from ceo.workflows.frames.rows import UnreadableListError
from ceo.workflows.installation.keyring import CONTACT, seal, unseal
from ceo.workflows.jobs.working import JobFailedError, Working
from ceo.workflows.kept_files.keeping import find_file, remove_file

_BATCH: Final = 500


def seal_contact(keys: Sequence[bytes], client_id: str, details: ContactDetails, language: str) -> str:
    """Return how to reach a client, as it may stand in `Contact.sealed`. It opens for that client only.

    `language`: of the letter (ISO 639-1); "" is not known.
    """
    plain = json.dumps({**asdict(details), "language": language}, ensure_ascii=False, separators=(",", ":"))
    return seal(keys, CONTACT, client_id, plain.encode())


def open_contact(keys: Sequence[bytes], client_id: str, sealed: str) -> tuple[ContactDetails, str]:
    """Return how to reach a client, and the language of the letter. Raises `UnknownKeyError` or `DamagedSealError`."""
    document = json.loads(unseal(keys, CONTACT, client_id, sealed))
    language = document.pop("language")
    return ContactDetails(**document), language


def contact_row(
    keys: Sequence[bytes], municipality: str, client_id: str, details: ContactDetails, language: str
) -> dict[str, Any]:
    """Return the values of a row of `Contact`. A letter needs a name, a street and a place; a mail an address of mail."""
    return {
        "municipality": municipality,
        "id": client_id,
        "by_post": bool(details.name and details.street and details.place),
        "by_mail": bool(details.email),
        "sealed": seal_contact(keys, client_id, details, language),
    }


async def load_contacts(working: Working) -> Mapping[str, Any]:
    """Keep how to reach those who were drawn, from a kept list; return for how many, or what is wrong with the list.

    Raises `JobFailedError`: "not-drawn" when nobody was drawn yet, "file-gone" without the list.
    """
    order = read_order(working.payload)
    round_id = working.round_id
    assert round_id is not None, "contacts are loaded for a round"
    people = await _people(working, round_id)
    if await find_file(working.database, working.municipality, order.file_id) is None:
        return await _loaded_already(working, people)
    if not people.drawn:
        raise JobFailedError("not-drawn")
    found = await _read(working, order, people)
    if found.faults:
        return found.faults.document()
    counts = {
        "contacts": len(found.contacts),
        "ignored": len(found.ignored),
        "without": len(people.drawn) - len(found.contacts),
    }
    await _write(working, people, found, order, counts)
    return counts


@dataclass(frozen=True, slots=True)
class _People:
    """Who is in the frame, by hash: the ids and languages of those who were drawn, and all others."""

    drawn: dict[str, tuple[str, str]]
    others: frozenset[str]


@dataclass(slots=True)
class _Found:
    """What was found in a list: how to reach people by hash, with the language, and those who were not drawn."""

    faults: FaultTally
    contacts: dict[str, tuple[ContactDetails, str]] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)


async def _people(working: Working, round_id: int) -> _People:
    statement = select(Client.person_hash, Client.id, Client.status, Client.traits).where(
        col(Client.round_id) == round_id, col(Client.status).in_(DRAWN)
    )
    others = select(Client.person_hash).where(col(Client.round_id) == round_id, col(Client.status).not_in(DRAWN))
    async with tenant_reading(working.database, working.municipality) as session:
        drawn = {
            known: (client_id, traits["language"]) for known, client_id, _, traits in await session.exec(statement)
        }
        return _People(drawn, frozenset(await session.exec(others)))


async def _read(working: Working, order: ListOrder, people: _People) -> _Found:
    settings = working.settings
    kept = KeptList(working.database, settings.encryption_keys, working.municipality, order.file_id)

    def read(pieces: Iterator[bytes]) -> _Found:
        found = _Found(FaultTally(order.columns))
        for line in _lines(pieces, order):
            if isinstance(line, ListFault):
                found.faults.add(line)
            else:
                known = person_hash(settings.secret_key, working.municipality, line.person)
                _take(found, people, known, line)
        return found

    return await read_in_thread(kept, read)


def _lines(pieces: Iterator[bytes], order: ListOrder) -> Iterator[ListedClient | ListFault]:
    try:
        opened = open_list(pieces)
        if opened.kind is ListKind.MESSAGES or order.columns is None:
            yield ListFault(0, "", "no-list")
        else:
            # Nothing is asked of the act here: who somebody is stands in the frame.
            yield from read_clients(opened.rows(), ListRules(order.columns, today=order.today, act=Act.WMO))
    except UnreadableListError as error:
        yield ListFault(error.line, "", error.code)


def _take(found: _Found, people: _People, known: str, line: ListedClient) -> None:
    if known in people.drawn:
        present, language = found.contacts.get(known, (ContactDetails(), ""))
        found.contacts[known] = (filled_up(present, line.contact), language or line.language)
    elif known in people.others:
        found.ignored.add(known)
    else:
        found.faults.add(ListFault(line.line, ListField.CLIENT_NUMBER.value, "unknown-number"))


async def _write(working: Working, people: _People, found: _Found, order: ListOrder, counts: Mapping[str, int]) -> None:
    """Put what was found in the place of what is there, from where the last try stopped; let the list go at the end."""
    hashes = sorted(found.contacts)
    for number, start in enumerate(range(0, len(hashes), _BATCH)):
        if working.step > number:
            continue
        rows = []
        for known in hashes[start : start + _BATCH]:
            client_id, usual = people.drawn[known]
            details, language = found.contacts[known]
            keys = working.settings.encryption_keys
            rows.append(contact_row(keys, working.municipality, client_id, details, language or usual))
        async with working.effect(progress=start + len(rows), size=len(hashes)) as session:
            await session.exec(delete(Contact).where(col(Contact.id).in_([row["id"] for row in rows])))
            await session.exec(insert(Contact), params=rows)
    async with working.effect(progress=len(hashes), size=len(hashes)) as session:
        await _finish(session, working, order, counts)


async def _loaded_already(working: Working, people: _People) -> Mapping[str, Any]:
    """Return the result of a try that was broken off behind its last effect: then the list is gone."""
    if working.step == 0:
        raise JobFailedError("file-gone")
    drawn = select(Client.id).where(col(Client.round_id) == working.round_id, col(Client.status).in_(DRAWN))
    there = select(func.count()).select_from(Contact).where(col(Contact.id).in_(drawn))
    async with tenant_reading(working.database, working.municipality) as session:
        number = (await session.exec(there)).one()
    return {"contacts": number, "ignored": 0, "without": len(people.drawn) - number}


async def _finish(session: AsyncSession, working: Working, order: ListOrder, counts: Mapping[str, int]) -> None:
    await remove_file(session, order.file_id)
    await record(
        session,
        working.municipality,
        actor=working.made_by,
        action="frame.contacts-loaded",
        object_kind="round",
        object_id=str(working.round_id),
        after=counts,
        now=working.clock(),
    )
