"""Making notices, once a day: a row for each person who is to be told. Done twice, everybody is told once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.notices import Notice, NoticeChoice
from ceo.storage.people import Membership, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.notices.finding import find_happenings
from ceo.workflows.notices.kinds import KEPT, NEEDED, Happening, NoticeKind, roles_with

# By user and kind: shown in the workplace, sent by mail.
_Choices = Mapping[tuple[str, str], tuple[bool, bool]]


async def make_notices(database: Database, *, today: date, now: datetime) -> None:
    """Tell staff what happened and what is near, and forget what was told long ago. The number of queries does not depend on how much."""
    async with reading_across(database) as session:
        happenings = await find_happenings(session, today=today, now=now)
        members = await _members(session, {one.place for one in happenings})
        choices = await _choices(session)
    rows = [row for one in happenings for row in _rows(one, members, choices, today=today, now=now)]
    async with shared_transaction(database) as session:
        await session.exec(delete(Notice).where(col(Notice.made_at) < now - KEPT))
        if rows:
            insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            await session.exec(insert(Notice).on_conflict_do_nothing(), params=rows)


async def _members(session: AsyncSession, places: Iterable[str]) -> Mapping[str, list[tuple[str, str]]]:
    """Return who is what in some places: user and role."""
    there = (
        select(Membership.place, Membership.user_id, Membership.role)
        .join(User, col(User.id) == col(Membership.user_id))
        .where(col(Membership.place).in_(places), col(User.disabled).is_(False))
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for place, user_id, role in await session.exec(there):
        found.setdefault(place, []).append((user_id, role))
    return found


async def _choices(session: AsyncSession) -> _Choices:
    return {(row.user_id, row.kind): (row.shown, row.mailed) for row in await session.exec(select(NoticeChoice))}


def _rows(
    happening: Happening,
    members: Mapping[str, list[tuple[str, str]]],
    choices: _Choices,
    *,
    today: date,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    roles = roles_with(NEEDED[NoticeKind(happening.kind)])
    people = {user_id for user_id, role in members.get(happening.place, ()) if role in roles}
    for user_id in sorted(people if not happening.only else people & {happening.only}):
        shown, mailed = choices.get((user_id, happening.kind.value), (True, True))
        if shown or mailed:
            yield {
                "id": uuid.uuid4().hex,
                "user_id": user_id,
                "place": happening.place,
                "kind": happening.kind.value,
                "once": f"{happening.kind}:{happening.place}:{happening.name}:{user_id}",
                "facts": dict(happening.facts),
                "path": happening.path,
                "made_at": now,
                # Who wants it by mail only has seen it, as far as pages are concerned.
                "seen_on": None if shown else today,
                "mail_due": mailed,
                "mailed_on": None,
            }
