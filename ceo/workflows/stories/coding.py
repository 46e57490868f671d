"""Readers give codes to stories, each apart: nobody sees the codes of another reader before keeping the own ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.story_reading import StoryCode, StoryCoding
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.stories.rooms import Room, find_decided

if TYPE_CHECKING:
    from analysis.results import NotEstimable
    from analysis.scales.kappa import Agreement

# The row of a reader who found no code that fits.
_NO_CODE: Final = ""
_TWO: Final = 2

# The codes of each reader, by story: an empty set says that the reader found none that fits.
Codings = Mapping[str, Mapping[str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """How readers agreed on one code, over the stories that more than one of them read: `alike` of those all did the same.

    `measured` says how far beyond chance that is: Cohen's kappa of two readers, Krippendorff's alpha of more.
    """

    read: int
    alike: int
    measured: Agreement[bool] | NotEstimable


async def save_codes(database: Database, room: Room, story_id: str, chosen: Collection[str], *, now: datetime) -> bool:
    """Keep the codes that a reader gives to a story, instead of earlier ones; return whether there is such a story.

    Codes that the municipality does not have are left out, and so are codes that ended and that this reader did not give before.
    """
    async with tenant_transaction(database, room.municipality) as session:
        if await find_decided(session, room.round_id, story_id) is None:
            return False
        own = (col(StoryCoding.reading_id) == story_id, col(StoryCoding.reader) == room.actor)
        earlier = set(await session.exec(select(StoryCoding.code).where(*own)))
        known = await session.exec(select(StoryCode.id, StoryCode.ended).where(col(StoryCode.id).in_(chosen)))
        codes = {code for code, ended in known if not ended or code in earlier} or {_NO_CODE}
        if codes == earlier:
            return True
        await session.exec(delete(StoryCoding).where(*own))
        session.add_all(
            StoryCoding(municipality=room.municipality, reading_id=story_id, reader=room.actor, code=code)
            for code in sorted(codes)
        )
        await session.flush()
        await record(
            session,
            room.municipality,
            actor=room.actor,
            action="story.coded",
            object_kind="round",
            object_id=str(room.round_id),
            after={"codes": len(codes - {_NO_CODE})},
            now=now,
        )
    return True


async def codings_of(session: AsyncSession, story_ids: Collection[str]) -> Codings:
    """Return who gave which codes to stories."""
    statement = select(StoryCoding).where(col(StoryCoding.reading_id).in_(story_ids))
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in await session.exec(statement) if story_ids else ():
        found[row.reading_id][row.reader] |= {row.code} - {_NO_CODE}
    return {story: {reader: frozenset(codes) for reader, codes in readers.items()} for story, readers in found.items()}


def agreement_on(codings: Codings, code: str) -> CodeAgreement:
    """Return how readers agreed on a code. A story that one reader read does not count.

    >>> agreement_on({"s1": {"a": frozenset({"wait"}), "b": frozenset()}, "s2": {"a": frozenset({"wait"})}}, "wait").read
    1
    """
    from analysis.scales.kappa import cohen_kappa, nominal_alpha

    together = [readers for readers in codings.values() if len(readers) > 1]
    readings = [[code in readers[reader] for reader in sorted(readers)] for readers in together]
    alike = sum(len(set(story)) == 1 for story in readings)
    pairs = {tuple(sorted(readers)) for readers in together}
    if len(pairs) == 1 and len(readings[0]) == _TWO:
        measured = cohen_kappa([story[0] for story in readings], [story[1] for story in readings])
    else:
        measured = nominal_alpha(readings)
    return CodeAgreement(len(readings), alike, measured)


def given_by_anyone(codings: Codings) -> Mapping[str, frozenset[str]]:
    """Return the codes that any reader gave, by story."""
    return {story: frozenset[str]().union(*readers.values()) for story, readers in codings.items()}
