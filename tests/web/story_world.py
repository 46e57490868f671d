"""A story that was read, with everything that readers can make of it."""

from __future__ import annotations

import uuid

from arrangements import OpenedRound
from sqlmodel import col, select
from web.running import Site

from ceo.clock import dutch_day, now
from ceo.storage.story_reading import DescribedCase, StoryCode, StoryCoding, StoryNote, StoryQuote, StoryReading
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.stories.told import story_id_of


async def read_story_of(site: Site, code: str, mark: str, opened: OpenedRound, member: str) -> dict[str, str]:
    """Let a story of the round be read, with all that readers can make of it; return its ids."""
    ids = {name: uuid.uuid4().hex for name in ("story_code_id", "note_id", "quote_id", "described_case_id")}
    async with tenant_transaction(site.database, code) as session:
        own_round = select(Submission).where(col(Submission.round_id) == opened.round_id)
        row = (await session.exec(own_round.order_by(col(Submission.id)))).first()
        assert row is not None, "three people have answered"
        row.answers = {**row.answers, "VER01": {"version": 1, "value": f"{mark} verhaal"}}
        row.consents = {"VER01": {"given": ["leren_intern"], "withdrawn": []}}
        story = story_id_of(row.id, "VER01")
        own, of_story = {"municipality": code}, {"municipality": code, "reading_id": story}
        shown = {"round_id": opened.round_id, "text": f"{mark} verhaal"}
        session.add(StoryReading(id=story, submission_id=row.id, item="VER01", state="decided", **own, **shown))
        await session.flush()
        session.add(StoryCode(id=ids["story_code_id"], name=f"{mark} code", **own))
        session.add(StoryCoding(reader=member, code=ids["story_code_id"], **of_story))
        note = StoryNote(id=ids["note_id"], text=f"{mark} notitie", made_by=member, made_at=now(), **of_story)
        quoted = {"scope": "leren_intern", "picked_by": member, "picked_on": dutch_day()}
        quote = StoryQuote(id=ids["quote_id"], **of_story, **shown, **quoted)
        case = DescribedCase(
            id=ids["described_case_id"],
            title=f"{mark} casus",
            text=f"{mark} tekst",
            readings=[story],
            made_by=member,
            made_at=now(),
            **own,
        )
        session.add_all([note, quote, case])
    return {**ids, "story_id": story}
