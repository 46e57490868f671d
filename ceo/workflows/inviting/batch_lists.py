"""Which codes stand in which file, so that a file that was lost can be withdrawn: hashes only, sealed, and erased with the round."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.contacts import Invitation, InvitationState, SecondCode
from ceo.storage.database import Database
from ceo.storage.kept_files import KeptFile, KeptFilePart
from ceo.storage.letters import LetterKind
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.audit.recording import record, wait_for_turn
from ceo.workflows.installation.keyring import KEPT_FILE, unseal
from ceo.workflows.inviting.chosen import KeptCode
from ceo.workflows.kept_files.keeping import FileFacts, add_file, remove_file

# A list is kept as a file of its own beside the one that it is about; its name is the id of that file, a space and the number of people.
LIST_TYPE: Final = "application/vnd.ceo.batch+json"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What became of a file: how many codes do not work any more, and how many stay because somebody used them."""

    removed: int
    stayed: int


async def keep_batch_list(
    session: AsyncSession,
    keys: Sequence[bytes],
    facts: FileFacts,
    batch: tuple[str, LetterKind, Sequence[KeptCode]],
    *,
    now: datetime,
) -> None:
    """Keep which codes stand in a file: its id, what it was made for, and the codes."""
    file_id, kind, codes = batch
    rows = [
        [one.invitation_hash, one.second_hash, one.sent_before.isoformat() if one.sent_before else ""] for one in codes
    ]
    content = json.dumps({"kind": kind.value, "codes": rows}, separators=(",", ":")).encode()
    about = replace(facts, name=f"{file_id} {len(codes)}", media_type=LIST_TYPE)
    await add_file(session, keys, about, content, now=now)


def people_in_files(rows: Iterable[KeptFile]) -> dict[str, int]:
    """Return how many people there are in each file, by its id, of the kept files of a round."""
    lists = (row.name.split(" ") for row in rows if row.media_type == LIST_TYPE)
    return {file_id: int(number) for file_id, number in lists}


async def withdraw_batch(
    database: Database, keys: Sequence[bytes], its_file: KeptFile, *, actor: str, now: datetime
) -> Withdrawn | None:
    """Take back the codes of a file that was lost and never sent, and remove it; None when it was taken back already.

    Codes with which somebody began stay, and so do invitations that were followed by a reminder. The others do not work any more: who
    has none then is among those to whom is still to be written.
    """
    municipality = its_file.municipality
    async with tenant_transaction(database, municipality) as session:
        await wait_for_turn(session, municipality)
        about = (await session.exec(select(KeptFile).where(col(KeptFile.name).startswith(f"{its_file.id} ")))).first()
        if about is None or about.media_type != LIST_TYPE:
            return None
        document = json.loads(await _content(session, keys, about.id))
        codes = [KeptCode("", first, second, _day(day)) for first, second, day in document["codes"]]
        kind = LetterKind(document["kind"])
        removed = await (_take_back(session, codes) if kind is LetterKind.INVITATION else _undo(session, codes))
        await remove_file(session, about.id)
        await remove_file(session, its_file.id)
        await record(
            session,
            municipality,
            actor=actor,
            action="letters.withdrawn",
            object_kind="round",
            object_id=str(its_file.round_id),
            after={"kind": kind.value, "codes": removed, "stayed": len(codes) - removed},
            now=now,
        )
    return Withdrawn(removed, len(codes) - removed)


async def _content(session: AsyncSession, keys: Sequence[bytes], file_id: str) -> bytes:
    statement = select(KeptFilePart).where(col(KeptFilePart.file_id) == file_id).order_by(col(KeptFilePart.id))
    parts = (await session.exec(statement)).all()
    return b"".join(unseal(keys, KEPT_FILE, part.id, part.sealed) for part in parts)


async def _take_back(session: AsyncSession, codes: Sequence[KeptCode]) -> int:
    hashes = [one.invitation_hash for one in codes]
    reminded = select(SecondCode.invitation_hash)
    unused = delete(Invitation).where(
        col(Invitation.access_hash).in_(hashes),
        col(Invitation.state) == InvitationState.OPEN.value,
        col(Invitation.access_hash).not_in(reminded),
    )
    return len((await session.exec(unused.returning(col(Invitation.access_hash)))).all())


async def _undo(session: AsyncSession, codes: Sequence[KeptCode]) -> int:
    by_invitation = {one.invitation_hash: one for one in codes}
    unused = select(Invitation).where(
        col(Invitation.access_hash).in_(by_invitation), col(Invitation.state) == InvitationState.OPEN.value
    )
    rows = (await session.exec(unused.with_for_update())).all()
    for row in rows:
        one = by_invitation[row.access_hash]
        row.reminders = max(0, row.reminders - 1)
        row.sent_on = one.sent_before
    second = [by_invitation[row.access_hash].second_hash for row in rows]
    await session.exec(delete(SecondCode).where(col(SecondCode.access_hash).in_(second)))
    return len(rows)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
