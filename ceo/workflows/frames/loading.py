"""Loading a list as the frame of a round: everything is checked first, and with a single fault nothing is loaded.

The list is read and merged anew by each try, and written in batches of people in order of their hashes, so that a try which takes over
goes on where the last one stopped. The row of the frame goes first and comes last: whoever draws sees a whole frame or none.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from sqlmodel import col, insert, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.clients import Client, ClientStatus, Contact, SamplingFrame
from ceo.storage.tenancy import tenant_of, tenant_reading
from ceo.workflows.audit.recording import record
from ceo.workflows.frames.choices import FrameChoices, ListOrder, read_order
from ceo.workflows.frames.composition import Composition, CompositionTally
from ceo.workflows.frames.contacts import contact_row
from ceo.workflows.frames.exclusions import exclusions_of
from ceo.workflows.frames.frame_rows import forget_frame, is_drawn
from ceo.workflows.frames.gathering import Gathered, gather_people
from ceo.workflows.frames.kept_lists import KeptList, read_in_thread
from ceo.workflows.frames.listed import ContactDetails
from ceo.workflows.frames.merging import FramePerson, MergeRules, Merging
from ceo.workflows.frames.person_keys import seal_person_key
from ceo.workflows.frames.product_codes import product_names
from ceo.workflows.frames.series_keys import keep_check, key_of_order
from ceo.workflows.frames.stratifying import CAME_IN
from ceo.workflows.jobs.working import JobFailedError, Working
from ceo.workflows.kept_files.keeping import find_file, remove_file

BATCH: Final = 1000
_NO_CONTACT: Final = ContactDetails()
_HALF: Final = 50  # of the way, when the list was read
_WHOLE: Final = 100


async def load_clients(working: Working) -> Mapping[str, Any]:
    """Make the frame of a round from a kept list; return how many lines and people it has, or what is wrong with it.

    Raises `JobFailedError`: "already-drawn" when people were drawn from the frame that is there, "file-gone" without the list;
    and what `key_of_order` raises.
    """
    order = read_order(working.payload)
    round_id = working.round_id
    assert round_id is not None, "a list is loaded for a round"
    file = await find_file(working.database, working.municipality, order.file_id)
    if file is None:
        return await _loaded_already(working, round_id)
    if working.step == 0:
        async with tenant_reading(working.database, working.municipality) as session:
            await _refuse_drawn(session, round_id)
    key = await key_of_order(working, order)
    gathered = await gather_list(working, order, size=file.size, series_key=key)
    if gathered.faults:
        return gathered.faults.document()
    await _write(working, order, round_id, gathered.merging)
    return await _finish(working, order, gathered, series_key=key)


async def gather_list(working: Working, order: ListOrder, *, size: int, series_key: bytes | None = None) -> Gathered:
    """Return the people of the list of a job, or what is wrong with it. `size` in bytes; `series_key` of a round in a series."""
    kept = KeptList(working.database, working.settings.encryption_keys, working.municipality, order.file_id)
    rules = MergeRules(
        working.settings.secret_key,
        working.municipality,
        order.opens_on,
        from_day=order.choices.from_day,
        until_day=order.choices.until_day,
        with_contacts=order.columns is None or order.columns.with_contacts,
        series_key=series_key,
    )
    names = await _product_names(working)

    async def tell(done: int) -> None:
        await working.show(_HALF * done // max(1, size), _WHOLE)

    return await read_in_thread(kept, lambda pieces: gather_people(pieces, order, rules, names), told=tell)


async def _write(working: Working, order: ListOrder, round_id: int, merging: Merging) -> None:
    """Put the people in the place of those that are there, from where the last try stopped."""
    if working.step == 0:
        async with working.effect() as session:
            await _refuse_drawn(session, round_id)
            await forget_frame(session, round_id)
    people, total = merging.people(), len(merging)
    for number in range(0, total, BATCH):
        batch = list(islice(people, BATCH))
        if working.step > 1 + number // BATCH:
            continue
        done = _HALF + _HALF * number // total
        async with working.effect(progress=done, size=_WHOLE) as session:
            await add_people(session, working.settings, round_id, batch, choices=order.choices, today=order.today)


async def add_people(
    session: AsyncSession,
    settings: Settings,
    round_id: int,
    people: Sequence[FramePerson],
    *,
    choices: FrameChoices,
    today: date,
    came_in: date | None = None,
) -> Counter[str]:
    """Write people into the frame of a round; return how many were left out, by reason.

    `came_in`: the day, when the round goes on already. Who has no day of their own counts from becoming a client, that day.
    """
    reasons = await exclusions_of(session, people, choices, today=today)
    municipality, keys, rows, contacts = tenant_of(session), settings.encryption_keys, [], []
    since = {CAME_IN: came_in.isoformat()} if came_in is not None else {}
    for person, reason in zip(people, reasons, strict=True):
        # An id leads to nobody: neither to the number, nor to the place in the list.
        client_id = uuid.uuid4().hex
        rows.append(
            {
                "municipality": municipality,
                "id": client_id,
                "round_id": round_id,
                "person_hash": person.person_hash,
                "sealed_person_key": seal_person_key(keys, client_id, person.person_key) if person.person_key else None,
                "stratum": "",
                "traits": {**person.traits, **since},
                "status": (ClientStatus.ELIGIBLE if reason is None else ClientStatus.EXCLUDED).value,
                "excluded_because": reason.value if reason is not None else None,
                "event_on": person.event_on or came_in,
                "not_before": person.not_before,
            }
        )
        if reason is None and person.contact != _NO_CONTACT:
            contacts.append(contact_row(keys, municipality, client_id, person.contact, person.language))
    await session.exec(insert(Client), params=rows)
    if contacts:
        await session.exec(insert(Contact), params=contacts)
    return Counter(reason.value for reason in reasons if reason is not None)


async def _refuse_drawn(session: AsyncSession, round_id: int) -> None:
    if await is_drawn(session, round_id):
        raise JobFailedError("already-drawn")


async def _finish(
    working: Working, order: ListOrder, gathered: Gathered, *, series_key: bytes | None
) -> Mapping[str, Any]:
    """Write the row of the frame, which makes it one that people can be drawn from, and let the list go."""
    round_id = working.round_id
    assert round_id is not None, "a list is loaded for a round"
    composition = await _composed(working, round_id)
    lines = gathered.merging.lines
    frame = SamplingFrame(
        municipality=working.municipality,
        round_id=round_id,
        digest=gathered.merging.digest(),
        clients=composition.people,
        summary={
            **composition.document(),
            "lines": lines,
            "left_out": dict(gathered.tally),
            "choices": order.choices.document(),
        },
        loaded_by=working.made_by,
        loaded_at=working.clock(),
    )
    async with working.effect(progress=_WHOLE, size=_WHOLE) as session:
        await keep_check(session, order, working, series_key)
        session.add(frame)
        await remove_file(session, order.file_id)
        await record(
            session,
            working.municipality,
            actor=working.made_by,
            action="frame.loaded",
            object_kind="round",
            object_id=str(round_id),
            after={"people": composition.people, "eligible": composition.eligible, "lines": lines},
            now=working.clock(),
        )
    return {"people": composition.people, "lines": lines}


async def _composed(working: Working, round_id: int) -> Composition:
    """Return what the people are, as they were written; some are in memory at a time."""
    tally, after = CompositionTally(), ""
    while True:
        statement = (
            select(Client.id, Client.traits, Client.excluded_because)
            .where(col(Client.round_id) == round_id, col(Client.id) > after)
            .order_by(col(Client.id))
            .limit(BATCH)
        )
        async with tenant_reading(working.database, working.municipality) as session:
            rows = (await session.exec(statement)).all()
        for _, traits, because in rows:
            tally.add(traits, because)
        if not rows:
            return tally.composition()
        after = rows[-1][0]


async def _product_names(working: Working) -> Mapping[tuple[str, str], str]:
    async with tenant_reading(working.database, working.municipality) as session:
        return await product_names(session)


async def _loaded_already(working: Working, round_id: int) -> Mapping[str, Any]:
    """Return the result of a try that was broken off behind its last effect: then the list is gone."""
    async with tenant_reading(working.database, working.municipality) as session:
        frame = await session.get(SamplingFrame, round_id)
    if working.step == 0 or frame is None:
        raise JobFailedError("file-gone")
    return {"people": frame.clients, "lines": frame.summary["lines"]}
