"""Loading a list of new people into a round that goes on: with a single fault nothing is loaded, and who is there stays as they are."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Sample
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.audit.recording import record
from ceo.workflows.frames.choices import ListOrder, read_order
from ceo.workflows.frames.gathering import Gathered
from ceo.workflows.frames.loading import BATCH, gather_list
from ceo.workflows.frames.newcomers import Intake, take_in, why_nobody_comes_in
from ceo.workflows.frames.series_keys import key_of_order
from ceo.workflows.jobs.working import JobFailedError, Working
from ceo.workflows.kept_files.keeping import find_file, remove_file

_HALF: Final = 50  # of the way, when the list was read
_WHOLE: Final = 100


async def load_inflow(working: Working) -> Mapping[str, Any]:
    """Let the people of a kept list come into the round of a job; return how many, or what is wrong with the list.

    Raises `JobFailedError`: "not-continuous", "round-not-in-field" or "not-drawn" when nobody can come in, "file-gone" without the list;
    and what `key_of_order` raises.
    """
    order, round_id = read_order(working.payload), working.round_id
    assert round_id is not None, "a list is loaded for a round"
    file = await find_file(working.database, working.municipality, order.file_id)
    if file is None and working.step == 0:
        raise JobFailedError("file-gone")
    if file is not None:
        key = await key_of_order(working, order)
        gathered = await gather_list(working, order, size=file.size, series_key=key)
        if gathered.faults:
            return gathered.faults.document()
        await _take_in(working, order, round_id, gathered)
    async with tenant_reading(working.database, working.municipality) as session:
        return await _counted(session, working, round_id)


async def _take_in(working: Working, order: ListOrder, round_id: int, gathered: Gathered) -> None:
    people, total = gathered.merging.people(), len(gathered.merging)
    intake = Intake(round_id, order.choices, order.today, "file", f"file {working.job_id}")
    for number in range(0, total, BATCH):
        batch = list(islice(people, BATCH))
        if working.step > number // BATCH:
            continue
        async with working.effect(progress=_HALF + _HALF * number // total, size=_WHOLE) as session:
            if refusal := await why_nobody_comes_in(session, round_id):
                raise JobFailedError(refusal)
            await take_in(session, working.settings, intake, batch)
    async with working.effect(progress=_WHOLE, size=_WHOLE) as session:
        await remove_file(session, order.file_id)
        counts = await _counted(session, working, round_id)
        await record(
            session,
            working.municipality,
            actor=working.made_by,
            action="frame.people-added",
            object_kind="round",
            object_id=str(round_id),
            after=counts,
            now=working.clock(),
        )


async def _counted(session: AsyncSession, working: Working, round_id: int) -> dict[str, int]:
    """Return what came of the list of a job, over all its tries."""
    sample = await session.get_one(Sample, round_id)
    inflow = next(one for one in sample.design["inflows"] if one["name"] == f"file {working.job_id}")
    return {
        "added": sum(inflow["added"].values()),
        "drawn": sum(inflow["drawn"].values()),
        "excluded": inflow["excluded"],
        "known": inflow["known"],
        "waiting": inflow["waiting"],
    }
