"""Wanting no more mail about one kind of notice: the link in each mail, and what it does.

A link holds who and what, and a seal made of both with the key of the installation, so that nobody can make one up. It works without
signing in: whoever has the mail may. Looking at it changes nothing, because programs that look through mail open links too. What it stops
can be chosen again in the workplace.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any, Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, update

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.notices import Notice, NoticeChoice
from ceo.storage.people import User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.notices.kinds import NoticeKind

# What stands in front of the token. Addresses with `/code/` are not told to other pages by browsers.
PATH: Final = "/werk/account/berichten/code/"
_ID_LENGTH: Final = 32
_SEAL_BYTES: Final = 16
_SEAL_LENGTH: Final = 22


def stop_link(settings: Settings, user_id: str, kind: NoticeKind) -> str:
    """Return the whole address at which somebody can do without mail about a kind of notice."""
    return f"{settings.base_url}{PATH}{user_id}{_seal(settings.secret_key, user_id, kind.value)}{kind}"


def kind_of_link(secret_key: bytes, token: str) -> tuple[str, NoticeKind] | None:
    """Return whose mail a token stops, and about what; None when it is no token of ours."""
    user_id, seal = token[:_ID_LENGTH], token[_ID_LENGTH : _ID_LENGTH + _SEAL_LENGTH]
    kind = token[_ID_LENGTH + _SEAL_LENGTH :]
    right = _seal(secret_key, user_id, kind)
    same = hmac.compare_digest(seal.encode(errors="replace"), right.encode())
    return (user_id, NoticeKind(kind)) if same and kind in {one.value for one in NoticeKind} else None


async def stop_mail(database: Database, user_id: str, kind: NoticeKind) -> None:
    """Keep that somebody wants no mail about a kind of notice; what waits does not go either. Done twice is done once."""
    async with reading_across(database) as session:
        if await session.get(User, user_id) is None:  # removed since: nobody is mailed
            return
    async with shared_transaction(database) as session:
        insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        row = {"user_id": user_id, "kind": kind.value, "shown": True, "mailed": False}
        chosen = insert(NoticeChoice).values(row)
        await session.exec(
            chosen.on_conflict_do_update(index_elements=["user_id", "kind"], set_={"mailed": False}),
        )
        own = (col(Notice.user_id) == user_id, col(Notice.kind) == kind.value)
        await session.exec(update(Notice).where(*own).values(mail_due=False))


def _seal(secret_key: bytes, user_id: str, kind: str) -> str:
    message = f"no mail about:{user_id}:{kind}".encode(errors="replace")
    digest = hmac.new(secret_key, message, hashlib.sha256).digest()[:_SEAL_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
