"""The daily mail to staff: one for each person, with everything that is new in all places together.

What goes is marked before it is handed over, so that nobody gets it twice; when no mail server takes it, it waits for the next day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlmodel import col, select, update

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.municipalities import Municipality
from ceo.storage.notices import Notice
from ceo.storage.people import Membership, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.mailing import Mail, send_mail
from ceo.workflows.notices.digest_words import DigestLine, write_digest
from ceo.workflows.notices.kinds import NoticeKind
from ceo.workflows.notices.reading import may_hear
from ceo.workflows.notices.stopping import stop_link
from ceo.workflows.staff.signed_in import staff_of

CHOICES: Final = "/werk/account/berichten"
# A mail tells so many things of a place; the rest stands in the workplace.
_MOST: Final = 12


async def mail_digests(database: Database, settings: Settings, *, today: date) -> int:
    """Mail everybody for whom something waits, at most once a day; return how many mails were taken by the mail server."""
    if settings.mail is None:
        return 0
    taken, everybody = 0, await _waiting(database, today)
    names = await _names(database, {row.place for _, _, waiting in everybody for row in waiting})
    for user, memberships, waiting in everybody:
        staff = staff_of(user, memberships)
        # Who may not hear of something any more is not mailed about it, today or later.
        taken_now = await _take(database, waiting, mailed_on=today)
        told = [row for row in waiting if row.id in taken_now and may_hear(staff, row)]
        if not told:
            continue
        if await send_mail(settings.mail, _write(settings, user, told, names)):
            taken += 1
        else:
            await _put_back(database, told)
    return taken


async def _waiting(database: Database, today: date) -> Sequence[tuple[User, Sequence[Membership], Sequence[Notice]]]:
    """Return who was not mailed today and for whom something waits, with where they work."""
    mailed = select(Notice.user_id).where(col(Notice.mailed_on) == today)
    waiting = (
        select(User, Notice)
        .join(Notice, col(Notice.user_id) == col(User.id))
        .where(col(Notice.mail_due), col(User.disabled).is_(False), col(User.id).not_in(mailed))
        .order_by(col(User.id), col(Notice.place), col(Notice.kind), col(Notice.made_at))
    )
    async with reading_across(database) as session:
        users: dict[str, User] = {}
        notices: dict[str, list[Notice]] = {}
        for user, notice in await session.exec(waiting):
            users[user.id] = user
            notices.setdefault(user.id, []).append(notice)
        of_users = select(Membership).where(col(Membership.user_id).in_(users))
        members: dict[str, list[Membership]] = {}
        for row in await session.exec(of_users):
            members.setdefault(row.user_id, []).append(row)
    return [(user, members.get(user_id, []), notices[user_id]) for user_id, user in users.items()]


async def _names(database: Database, places: set[str]) -> Mapping[str, str]:
    named = select(Municipality.code, Municipality.name).where(col(Municipality.code).in_(places))
    async with reading_across(database) as session:
        return dict((await session.exec(named)).all())


async def _take(database: Database, rows: Sequence[Notice], *, mailed_on: date) -> frozenset[str]:
    """Take what is mailed now, and return the ids: without those that another process took."""
    own = (col(Notice.id).in_([row.id for row in rows]), col(Notice.mail_due))
    async with shared_transaction(database) as session:
        marked = update(Notice).where(*own).values(mail_due=False, mailed_on=mailed_on).returning(col(Notice.id))
        return frozenset((await session.exec(marked)).scalars())


async def _put_back(database: Database, rows: Sequence[Notice]) -> None:
    """Let notices wait again that no mail server took. They stay of today, so that they are tried tomorrow."""
    own = col(Notice.id).in_([row.id for row in rows])
    async with shared_transaction(database) as session:
        await session.exec(update(Notice).where(own).values(mail_due=True))


def _write(settings: Settings, user: User, rows: Sequence[Notice], names: Mapping[str, str]) -> Mail:
    lines: dict[str, list[DigestLine]] = {}
    for row in rows:
        told = lines.setdefault(names.get(row.place, row.place), [])
        if len(told) < _MOST:
            told.append(DigestLine(NoticeKind(row.kind), f"{settings.base_url}/werk/{row.place}{row.path}"))
    kinds = dict.fromkeys(NoticeKind(row.kind) for row in rows)
    return write_digest(
        user.language,
        to=user.email,
        name=user.name,
        lines=lines,
        stops={kind: stop_link(settings, user.id, kind) for kind in kinds},
        choose=settings.base_url + CHOICES,
    )
