"""Reading and keeping the words of a round from a page: each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ceo.storage.database import Database
from ceo.storage.letters import LetterKind
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.inviting.texts import OwnWords, TextFault, change_texts, read_texts


async def kept_texts(database: Database, municipality: str, round_id: int, kind: LetterKind) -> OwnWords:
    """Return the words of a round as they are kept; ours when none were."""
    async with tenant_reading(database, municipality) as session:
        return await read_texts(session, round_id, kind)


async def keep_texts(
    database: Database,
    municipality: str,
    round_id: int,
    kind: LetterKind,
    typed: Mapping[str, str],
    *,
    actor: str,
    now: datetime,
) -> OwnWords | dict[str, TextFault]:
    """Keep the words of a form; return them, or by part what is wrong with them."""
    async with tenant_transaction(database, municipality) as session:
        return await change_texts(session, round_id, kind, typed, actor=actor, now=now)
