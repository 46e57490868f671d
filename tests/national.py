"""National editors of the tests, and drafts of the national library that fit what comes with the software."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from web.staffing import add_staff

from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.workflows.library.current import present_library, text_digest
from ceo.workflows.library.drafted import DraftFile
from ceo.workflows.library.drafts import Editing, begin_draft, save_file
from ceo.workflows.library.reviewing import Judgement, ReviewedDraft, judge, read_reviewed
from ceo.workflows.library.statements import Standing
from ceo.workflows.rights import Role
from questionnaires.sources import shipped_definitions

NOW: Final = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TODAY: Final = date(2026, 11, 22)
LIBRARY: Final = "bibliotheken/wmo.yaml"
MODULE: Final = "vragenlijsten/wmo-3.yaml"
CROSSWALK: Final = "bibliotheken/overgang-toe02-1-2.yaml"

# The comma is new.
REPAIRED: Final = """\
items:
  GES01@2:
    concept: "toegang.gesprek"
    title: "Gesprek met de gemeente"
    type: {scale: "ja_nee@1"}
    reference_period: "P12M"
    text:
      stem: "Had u, de afgelopen 12 maanden, een gesprek met de gemeente over hulp?"
      stem_easy: "Had u een gesprek met de gemeente over hulp? Het gaat om de laatste 12 maanden."
      help: "Bijvoorbeeld bij u thuis, aan de telefoon of met het wijkteam."
      help_easy: "Bij u thuis, aan de telefoon of met het wijkteam."
    spelling: {of: 1, approved_by: [maker, tweede]}
"""
BRIDGE: Final = """\
format: "ceo-def/1"
kind: crosswalk
id: "nl.ceo.toe02-1-2"
item: TOE02
from: 1
to: 2
evidence: {kind: bridging_sample, report: "Verslag van de proef in drie gemeenten.", respondents: 412}
approved_by:
- maker
- tweede
approved_on: "2026-01-01"
"""


def library_with_repair() -> str:
    """The shipped library of the Wmo, with a repaired comma as a new version of a question."""
    return shipped_definitions()[LIBRARY].replace("items:\n", REPAIRED, 1)


def module_with_repair() -> str:
    """The third version of the questionnaire of the Wmo, which asks the repaired question, in Dutch only."""
    second = shipped_definitions()["vragenlijsten/wmo-2.yaml"]
    before, _, _ = second.partition("accepted:")
    third = before.replace("version: 2", "version: 3", 1).replace("GES01@1", "GES01@2")
    return third.replace("languages: [nl, en, tr, ar, pl, uk]", "languages: [nl]")


async def add_editor(database: Database, name: str = "Redacteur Een") -> str:
    """Make a national editor; return the id."""
    return await add_staff(database, {NATIONAL: Role.NATIONAL_EDITOR}, name=name)


async def drafted(database: Database, maker: str, files: Mapping[str, str], *, title: str = "Voorjaar") -> str:
    """Begin a draft with these files, made by one editor; return its id."""
    draft_id = await begin_draft(database, title, actor=maker, now=NOW)
    for number, (name, text) in enumerate(files.items(), start=1):
        saved = await put(database, Editing(draft_id, number, maker, NOW), name, text)
        assert saved == number + 1, saved
    return draft_id


async def put(database: Database, editing: Editing, name: str, text: str) -> object:
    """Save a file that was made from what is in the library now."""
    base = text_digest((await present_library(database)).files.get(name))
    return await save_file(database, editing, name, DraftFile(text, base))


async def reviewed(database: Database, draft_id: str) -> ReviewedDraft:
    """The draft as it is now."""
    found = await read_reviewed(database, draft_id)
    assert found is not None
    return found


async def only_standing(database: Database, draft_id: str) -> Standing:
    """Where the one statement of a draft stands."""
    [standing] = (await reviewed(database, draft_id)).standings
    return standing


async def say(
    database: Database, draft_id: str, actor: str, *, approved: bool = True, reason: str = "Klopt."
) -> object:
    """Let somebody judge the one statement of a draft as it is now."""
    statement = (await only_standing(database, draft_id)).statement
    judgement = Judgement(draft_id, statement.name, statement.digest, approved, reason)
    return await judge(database, judgement, actor=actor, now=NOW, today=TODAY)
