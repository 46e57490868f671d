"""Taking in a list that is uploaded, looking at its head, and asking for it to be loaded."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.kept_files import FilePurpose, KeptFile
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.frames.choices import FrameChoices, ListOrder
from ceo.workflows.frames.citizen_numbers import CitizenNumberWatch, is_named_so
from ceo.workflows.frames.frame_rows import is_drawn
from ceo.workflows.frames.kept_lists import KeptList, read_in_thread
from ceo.workflows.frames.mapping import (
    Columns,
    columns_of,
    looks_like_head,
    remember_columns,
    remembered_columns,
    suggest_columns,
)
from ceo.workflows.frames.newcomers import why_nobody_comes_in
from ceo.workflows.frames.reading import ListKind, open_list
from ceo.workflows.frames.rows import Row, UnreadableListError, column_letters
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.kept_files.keeping import FileFacts, keep_file, remove_file

LARGEST: Final = 200_000_000
LISTS: Final = (FilePurpose.CLIENT_LIST, FilePurpose.CONTACT_LIST)
KINDS: Final = {FilePurpose.CLIENT_LIST: JobKind.LOAD_CLIENTS, FilePurpose.CONTACT_LIST: JobKind.LOAD_CONTACTS}
_LOOKED_AT: Final = 200  # rows
_SHOWN: Final = 5
_BUSY: Final = (JobState.WAITING.value, JobState.RUNNING.value)
_CHANGING: Final = (JobKind.LOAD_CLIENTS, JobKind.LOAD_CONTACTS, JobKind.LOAD_INFLOW, JobKind.DRAW_SAMPLE)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a list is not taken: a code, and the columns that it is about."""

    code: str
    columns: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ListLook:
    """What a list begins with. Messages have no columns. `columns`: what was chosen before for such a head, or is suggested."""

    kind: ListKind
    head: Row | None = None
    rows: Sequence[Row] = ()
    columns: Columns | None = None
    is_remembered: bool = False


async def receive_list(
    database: Database,
    keys: Sequence[bytes],
    facts: FileFacts,
    content: AsyncIterable[bytes],
    *,
    municipality: str,
    now: datetime,
) -> str | Refused:
    """Keep a list that comes in pieces, in the place of earlier ones of its kind; return its id. A refused one is not kept."""
    whole = _Whole(content)
    file_id = await keep_file(database, keys, municipality=municipality, facts=facts, content=whole.pieces(), now=now)
    refused = Refused("too-large") if whole.size > LARGEST else whole.refused
    async with tenant_transaction(database, municipality) as session:
        if refused is not None:
            await remove_file(session, file_id)
            return refused
        earlier = select(KeptFile.id).where(
            col(KeptFile.round_id) == facts.round_id,
            col(KeptFile.purpose) == facts.purpose.value,
            col(KeptFile.id) != file_id,
        )
        for other in (await session.exec(earlier)).all():
            await remove_file(session, other)
    return file_id


async def look_at_list(
    database: Database, keys: Sequence[bytes], municipality: str, file_id: str
) -> ListLook | Refused:
    """Return what a list begins with. One with citizen service numbers, or that cannot be read, is refused."""
    kept = KeptList(database, tuple(keys), municipality, file_id)
    look = await read_in_thread(kept, _look)
    if isinstance(look, Refused) or look.head is None:
        return look
    async with tenant_reading(database, municipality) as session:
        known = await remembered_columns(session, look.head.cells)
    suggested = columns_of(suggest_columns(look.head.cells))
    return ListLook(look.kind, look.head, look.rows, known or suggested, is_remembered=known is not None)


async def order_list(  # noqa: PLR0913 - what is loaded, how, by whom and when
    database: Database,
    municipality: str,
    file: KeptFile,
    look: ListLook,
    columns: Columns | None,
    choices: FrameChoices,
    *,
    opens_on: date,
    today: date,
    actor: str,
    now: datetime,
    series_key: str = "",
) -> str | Refused:
    """Ask for a list to be loaded, and remember its columns; return the id of the job.

    In a round that goes on, people of a later list come in beside those who are there. Refused: "already-drawn" when people were drawn
    from the frame of another round, "not-drawn" for contacts when nobody was, "busy" when a list is being loaded or a sample drawn.
    """
    purpose = FilePurpose(file.purpose)
    order = ListOrder(file.id, columns, choices, opens_on, today, series_key)
    async with tenant_transaction(database, municipality) as session:
        drawn, kind = await is_drawn(session, file.round_id), KINDS[purpose]
        if drawn and purpose is FilePurpose.CLIENT_LIST and not await why_nobody_comes_in(session, file.round_id):
            kind = JobKind.LOAD_INFLOW
        elif drawn is (purpose is FilePurpose.CLIENT_LIST):
            return Refused("already-drawn" if drawn else "not-drawn")
        busy = select(Job.id).where(
            col(Job.round_id) == file.round_id,
            col(Job.kind).in_([kind.value for kind in _CHANGING]),
            col(Job.state).in_(_BUSY),
        )
        if (await session.exec(busy.limit(1))).first() is not None:
            return Refused("busy")
        if columns is not None and look.head is not None:
            await remember_columns(session, look.head.cells, columns)
        return await queue_job(
            session,
            kind,
            actor=actor,
            now=now,
            round_id=file.round_id,
            payload=order.document(),
            once=f"{purpose.value} {file.round_id}",
        )


def shown_rows(look: ListLook) -> Sequence[Row]:
    """Return the first rows under the head."""
    return look.rows[:_SHOWN]


class _Whole:
    """A file as it comes in, up to the largest size; what is beyond it is let go."""

    def __init__(self, content: AsyncIterable[bytes]) -> None:
        self._content = content
        self._beginning = b""
        self.size = 0

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the pieces."""
        async for piece in self._content:
            self.size += len(piece)
            if len(self._beginning) < 4096:  # noqa: PLR2004 - as much as tells the kind of a file
                self._beginning += piece[:4096]
            if self.size <= LARGEST:
                yield piece

    @property
    def refused(self) -> Refused | None:
        """Return why a file of this kind is not taken."""
        try:
            open_list(iter((self._beginning,)))
        except UnreadableListError as error:
            return Refused(error.code)
        return None


def _look(pieces: Iterator[bytes]) -> ListLook | Refused:
    try:
        opened = open_list(pieces)
        if opened.kind is ListKind.MESSAGES:
            return ListLook(opened.kind)
        rows = opened.rows()
        head = next(rows, None)
        under = [row for row, _ in zip(rows, range(_LOOKED_AT), strict=False)]
    except UnreadableListError as error:
        return Refused(error.code)
    if head is None or not under:
        return Refused("empty")
    watch = CitizenNumberWatch()
    for row in under:
        watch.look(row)
    named = {place for place, cell in enumerate(head.cells) if is_named_so(str(cell))}
    if found := sorted(named.union(watch.columns())):
        return Refused("citizen-number", [column_letters(place) for place in found])
    return ListLook(opened.kind, head, under) if looks_like_head(head.cells) else Refused("no-head")
