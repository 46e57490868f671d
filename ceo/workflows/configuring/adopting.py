"""Adopting a question that another municipality shares."""

from __future__ import annotations

from ceo.storage.configurations import published_contents
from ceo.storage.database import Database
from ceo.storage.question_bank import shared_rows
from ceo.storage.tenancy import reading_across
from ceo.workflows.configuring.changing import Outcome, change
from ceo.workflows.configuring.state import Editing
from questionnaires.configuring.changes import AdoptQuestion
from questionnaires.configuring.remarks import Remark, SpotKind
from questionnaires.configuring.workpiece import refuse
from questionnaires.names import id_of
from questionnaires.publishing import PublishedVersion, open_published


async def adopt(
    database: Database, editing: Editing, slot: str, *, content_hash: str, item: str, position: int | None = None
) -> Outcome | tuple[Remark, ...]:
    """Ask a question (`gm0193.WRK01@1`) of another municipality as an own one, when it is shared in this published version."""
    version = await _find_shared(database, item, content_hash)
    if version is None:
        cause, cure = "Deze vraag wordt niet meer gedeeld.", "Zoek in de vragenbank naar een andere."
        return refuse(SpotKind.QUESTION, "", cause, cure)
    wanted = AdoptQuestion(slot, version.questionnaire, content_hash, id_of(item), position)
    return await change(database, editing, wanted)


async def _find_shared(database: Database, item: str, content_hash: str) -> PublishedVersion | None:
    async with reading_across(database) as session:
        shared = {(row.item, row.content_hash) for row in await shared_rows(session)}
        if (item, content_hash) not in shared:
            return None
        contents = await published_contents(session, [content_hash])
    return open_published(contents[content_hash], content_hash)
