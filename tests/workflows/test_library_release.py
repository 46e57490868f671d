import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from arrangements import UTRECHT, ZWOLLE
from bank_world import extension_of, publish_extension, questionnaire_of
from national import (
    BRIDGE,
    CROSSWALK,
    LIBRARY,
    MODULE,
    NOW,
    TODAY,
    add_editor,
    drafted,
    library_with_repair,
    module_with_repair,
    put,
    reviewed,
    say,
)
from sqlmodel import col, select

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.audit.recording import place_reading
from ceo.workflows.library.consequences import Outlook, look_ahead
from ceo.workflows.library.current import NationalLibrary, choosable_modules, present_library
from ceo.workflows.library.drafts import Editing, NotEditable, Overtaken, begin_draft
from ceo.workflows.library.releasing import (
    LibraryMoved,
    NotReady,
    Refused,
    Released,
    VersionTaken,
    list_releases,
    release,
    vouching_name,
)
from ceo.workflows.publish import find_published, publish_questionnaire
from ceo.workflows.question_bank.sharing import QuestionBank
from questionnaires.checks.definitions import check_definitions
from questionnaires.sources import read_sources

pytestmark = pytest.mark.anyio

FILES = {LIBRARY: library_with_repair(), MODULE: module_with_repair()}


async def approved_draft(database: Database, files: dict[str, str] | None = None) -> tuple[str, str, str]:
    """A draft with everything approved: its id, who made it and who approved it."""
    maker, second = await add_editor(database), await add_editor(database, "Redacteur Twee")
    draft_id = await drafted(database, maker, files or FILES)
    await say(database, draft_id, second)
    return draft_id, maker, second


async def release_now(database: Database, draft_id: str, actor: str) -> Released | Refused:
    now = await reviewed(database, draft_id)
    number = now.drafted.present.number
    return await release(database, Editing(draft_id, now.draft.revision, actor, NOW), library=number)


async def outlook(database: Database, draft_id: str) -> Outlook:
    found = await look_ahead(database, await QuestionBank(database).look(), draft_id, today=TODAY)
    assert found is not None
    return found


async def test_a_released_core_can_be_chosen_and_is_published_for_ever(database: Database) -> None:
    draft_id, maker, _ = await approved_draft(database)
    done = await release_now(database, draft_id, maker)
    assert isinstance(done, Released)
    assert (done.number, list(done.modules)) == (1, ["nl.ceo.wmo@3"])
    published = await find_published(database, "nl.ceo.wmo@3")
    assert published is not None
    assert published.content_hash == done.modules["nl.ceo.wmo@3"]
    newest = next(one for one in await choosable_modules(database) if one.reference == "nl.ceo.wmo@3")
    assert (newest.newest, newest.released, newest.questions) == (True, True, 16)
    [line] = await list_releases(database)
    assert (line.number, line.title, line.modules, line.by) == (1, "Voorjaar", ("nl.ceo.wmo@3",), "Redacteur Een")


async def test_a_municipality_can_build_on_a_released_core(database: Database) -> None:
    draft_id, maker, _ = await approved_draft(database)
    await release_now(database, draft_id, maker)
    library = await present_library(database)
    extension = read_sources({"eigen.yaml": extension_of(UTRECHT, core="nl.ceo.wmo@3")}, library.definitions)
    assert check_definitions(extension) == ()


async def test_the_definition_names_the_maker_and_the_second_editor_by_function_and_id(database: Database) -> None:
    draft_id, maker, second = await approved_draft(database)
    await release_now(database, draft_id, maker)
    library = (await present_library(database)).definitions.libraries["nl.ceo.wmo-vragen"].content
    spelling = library.items["GES01@2"].spelling
    assert spelling is not None
    assert spelling.approved_by == (vouching_name(maker), vouching_name(second))
    assert "Redacteur Een" not in str((await present_library(database)).released)


async def test_a_released_crosswalk_carries_the_day_of_its_approval(database: Database) -> None:
    draft_id, maker, second = await approved_draft(database, {CROSSWALK: BRIDGE})
    await release_now(database, draft_id, maker)
    crosswalk = (await present_library(database)).definitions.crosswalks["nl.ceo.toe02-1-2"].content
    assert crosswalk.approved_on == TODAY
    assert crosswalk.approved_by == (vouching_name(maker), vouching_name(second))


async def test_what_is_released_is_the_library_of_the_next_draft_and_stays_as_it_is(database: Database) -> None:
    draft_id, maker, second = await approved_draft(database)
    await release_now(database, draft_id, maker)
    assert isinstance(await put(database, Editing(draft_id, 3, maker, NOW), LIBRARY, "x"), NotEditable)
    library = await present_library(database)
    text = library.files[MODULE].replace("minutes: 6", "minutes: 7")
    next_draft = await drafted(database, maker, {MODULE: text, CROSSWALK: BRIDGE})
    await say(database, next_draft, second)
    assert [one.code for one in (await reviewed(database, next_draft)).drafted.problems] == ["L03"]
    assert isinstance(await release_now(database, next_draft, maker), NotReady)


async def test_a_second_release_keeps_the_files_of_the_first(database: Database) -> None:
    draft_id, maker, second = await approved_draft(database)
    await release_now(database, draft_id, maker)
    after = await drafted(database, maker, {CROSSWALK: BRIDGE})
    await say(database, after, second)
    assert isinstance(await release_now(database, after, maker), Released)
    library = await present_library(database)
    assert (library.number, sorted(library.released)) == (2, sorted([CROSSWALK, LIBRARY, MODULE]))
    assert library.problems == ()


async def test_nothing_is_released_without_a_second_editor(database: Database) -> None:
    maker = await add_editor(database)
    draft_id = await drafted(database, maker, FILES)
    assert isinstance(await release_now(database, draft_id, maker), NotReady)
    assert await find_published(database, "nl.ceo.wmo@3") is None
    assert (await present_library(database)).number == 0


async def test_nothing_is_released_that_was_changed_after_approval(database: Database) -> None:
    draft_id, maker, _ = await approved_draft(database)
    await put(database, Editing(draft_id, 3, maker, NOW), LIBRARY, library_with_repair().replace("Had u,", "Had u"))
    assert isinstance(await release_now(database, draft_id, maker), NotReady)


async def test_nothing_is_released_with_a_warning_that_nobody_accepted(database: Database) -> None:
    long = module_with_repair().replace("minutes: 6", "minutes: 1")
    draft_id, maker, _ = await approved_draft(database, {LIBRARY: library_with_repair(), MODULE: long})
    assert [one.warning for one in (await reviewed(database, draft_id)).drafted.problems] == [True]
    assert isinstance(await release_now(database, draft_id, maker), NotReady)


async def test_an_empty_draft_is_not_released(database: Database) -> None:
    maker = await add_editor(database)
    assert isinstance(
        await release_now(database, await begin_draft(database, "Leeg", actor=maker, now=NOW), maker), NotReady
    )


async def test_a_release_is_of_what_was_looked_at(database: Database) -> None:
    draft_id, maker, second = await approved_draft(database)
    editing = Editing(draft_id, 3, maker, NOW)
    assert await release(database, replace(editing, on=2), library=0) == Overtaken(3)
    assert isinstance(await release(database, editing, library=7), LibraryMoved)
    other = await drafted(database, maker, {CROSSWALK: BRIDGE})
    await say(database, other, second)
    await release_now(database, other, maker)
    assert isinstance(await release(database, editing, library=0), LibraryMoved)
    assert isinstance(await release(database, editing, library=1), Released)
    assert isinstance(await release(database, editing, library=2), NotEditable)


async def test_of_two_releases_at_the_same_time_one_has_to_look_again(database: Database) -> None:
    draft_id, maker, second = await approved_draft(database)
    other = await drafted(database, maker, {CROSSWALK: BRIDGE})
    await say(database, other, second)
    both = await asyncio.gather(release_now(database, draft_id, maker), release_now(database, other, maker))
    assert sorted(type(one).__name__ for one in both) == ["LibraryMoved", "Released"]


async def test_a_version_that_was_published_here_with_other_content_is_told(database: Database) -> None:
    draft_id, maker, _ = await approved_draft(database)
    other = questionnaire_of(extension_of(UTRECHT)).model_copy(update={"id": "nl.ceo.wmo", "version": 3})
    await publish_questionnaire(database, other, now=NOW)
    assert await release_now(database, draft_id, maker) == VersionTaken("nl.ceo.wmo@3")


async def test_a_release_is_in_the_national_record(database: Database) -> None:
    draft_id, maker, _ = await approved_draft(database)
    done = await release_now(database, draft_id, maker)
    assert isinstance(done, Released)
    rows = select(AuditRecord).where(col(AuditRecord.action) == "library.released")
    async with place_reading(database, NATIONAL) as session:
        [row] = (await session.exec(rows)).all()
    assert (row.actor, row.object_id, row.before) == (maker, "1", {"release": 0})
    assert row.after is not None
    assert row.after["modules"] == dict(done.modules)


async def test_before_a_release_it_is_told_who_stands_on_what_and_what_breaks(database: Database) -> None:
    published = await publish_extension(database, extension_of(UTRECHT))
    await publish_extension(database, extension_of(ZWOLLE, core="nl.ceo.wmo@1"))
    async with tenant_transaction(database, UTRECHT) as session:
        dates = {"opens_on": TODAY - timedelta(days=9), "closes_on": TODAY}
        for number in range(2):
            session.add(
                Round(
                    municipality=UTRECHT,
                    measurement=f"m{number}",
                    title="Wmo",
                    questionnaire_hash=published.content_hash,
                    phone="14 030",
                    **(dates if number else {**dates, "closes_on": TODAY - timedelta(days=1)}),
                )
            )
    draft_id, _, _ = await approved_draft(database)
    found = await outlook(database, draft_id)
    assert found.ready
    assert [(step.old, step.new) for step in found.steps] == [
        ("nl.ceo.wmo@2", "nl.ceo.wmo@3"),
        ("nl.ceo.wmo@1", "nl.ceo.wmo@3"),
    ]
    newest, older = found.steps
    assert [(one.municipality, one.questionnaire, one.rounds) for one in newest.standing] == [
        (UTRECHT, "gm0344.voorbeeld@1", 1)
    ]
    assert newest.breaks == ()
    assert "TOE02" in [one.item for one in older.breaks]
    assert [one.municipality for one in older.standing] == [ZWOLLE]


async def test_only_the_newest_version_of_a_municipalitys_questionnaire_counts(database: Database) -> None:
    await publish_extension(database, extension_of(UTRECHT, core="nl.ceo.wmo@1"))
    await publish_extension(database, extension_of(UTRECHT, version=2))
    draft_id, _, _ = await approved_draft(database)
    assert [step.old for step in (await outlook(database, draft_id)).steps] == ["nl.ceo.wmo@2"]


async def test_own_pages_that_depend_on_a_question_that_goes_are_told(database: Database) -> None:
    text = extension_of(UTRECHT).replace(
        "    - id: stadsdeel\n",
        "    - id: stadsdeel\n      show_if: {eq: [{answer: HUL01}, {code: vervoer}]}\n      when_unknown: hide\n",
    )
    await publish_extension(database, text)
    without = (
        module_with_repair()
        .replace("  - id: soort-hulp\n    items: [HUL01@2]\n", "")
        .replace("breakdowns: [HUL01]\n", "")
    )
    draft_id, _, _ = await approved_draft(database, {LIBRARY: library_with_repair(), MODULE: without})
    found = await outlook(database, draft_id)
    assert found.problems == ()
    assert found.steps[0].standing[0].stuck == ("gm0344.stadsdeel",)


async def test_a_draft_with_errors_has_no_comparison_but_tells_what_is_wrong(database: Database) -> None:
    maker = await add_editor(database)
    draft_id = await drafted(database, maker, {MODULE: "format: ["})
    found = await outlook(database, draft_id)
    assert (found.changes, found.steps, found.ready) == ((), (), False)
    assert found.problems[0].file == MODULE


def test_a_file_that_the_software_changed_under_a_release_is_told() -> None:
    outgrown = NationalLibrary(1, {LIBRARY: library_with_repair()}, {LIBRARY: "sha256:vroeger"})
    assert ("L01", LIBRARY) in [(problem.code, problem.file) for problem in outgrown.problems]
