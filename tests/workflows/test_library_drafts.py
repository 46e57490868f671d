import asyncio
from dataclasses import replace

import pytest
from national import (
    BRIDGE,
    CROSSWALK,
    LIBRARY,
    MODULE,
    NOW,
    add_editor,
    drafted,
    library_with_repair,
    module_with_repair,
    put,
)
from sqlmodel import col, select

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.workflows.audit.recording import place_reading
from ceo.workflows.library.comparing import ChangeKind, compare_draft
from ceo.workflows.library.current import NationalLibrary, choosable_modules, present_library, text_digest
from ceo.workflows.library.drafted import DraftedLibrary, DraftFile, name_problem
from ceo.workflows.library.drafts import (
    Draft,
    Editing,
    NotEditable,
    NothingToUndo,
    Overtaken,
    begin_draft,
    drop_file,
    history,
    list_drafts,
    open_draft,
    redo,
    remove_draft,
    undo,
)
from ceo.workflows.library.statements import statements_in
from questionnaires.sources import shipped_definitions

pytestmark = pytest.mark.anyio

SHIPPED = NationalLibrary()


def laid_over(files: dict[str, str]) -> DraftedLibrary:
    return DraftedLibrary(
        SHIPPED, {name: DraftFile(text, text_digest(SHIPPED.files.get(name))) for name, text in files.items()}
    )


def codes(library: DraftedLibrary) -> list[tuple[str, str]]:
    return [(problem.code, problem.file) for problem in library.problems]


async def opened(database: Database, draft_id: str) -> Draft:
    found = await open_draft(database, draft_id)
    assert found is not None
    return found[0]


async def test_without_a_release_the_library_is_what_comes_with_the_software(database: Database) -> None:
    library = await present_library(database)
    assert library.files == shipped_definitions()
    assert library.number == 0
    assert library.problems == ()


async def test_modules_that_can_be_chosen_say_what_they_are(database: Database) -> None:
    choices = {one.reference: one for one in await choosable_modules(database)}
    newest, older = choices["nl.ceo.wmo@2"], choices["nl.ceo.wmo@1"]
    assert (newest.role, newest.act, newest.newest, newest.released, newest.withdrawn) == (
        "core",
        "wmo",
        True,
        False,
        "",
    )
    assert (newest.questions, older.newest) == (16, False)
    assert choices["nl.ceo.mantelzorg@1"].role == "optional"


async def test_a_draft_holds_what_was_saved_and_counts_its_revisions(database: Database) -> None:
    maker = await add_editor(database)
    draft_id = await drafted(database, maker, {LIBRARY: library_with_repair()})
    draft = await opened(database, draft_id)
    assert (draft.title, draft.revision, list(draft.files)) == ("Voorjaar", 2, [LIBRARY])
    assert draft.files[LIBRARY].text == library_with_repair()
    assert [one.id for one in await list_drafts(database)] == [draft_id]


async def test_saving_the_same_text_again_is_no_change(database: Database) -> None:
    maker = await add_editor(database)
    draft_id = await drafted(database, maker, {LIBRARY: library_with_repair()})
    assert await put(database, Editing(draft_id, 2, maker, NOW), LIBRARY, library_with_repair()) == 2


async def test_who_changes_an_older_revision_is_told_and_nothing_is_written(database: Database) -> None:
    maker, other = await add_editor(database), await add_editor(database)
    draft_id = await drafted(database, maker, {LIBRARY: library_with_repair()})
    assert await put(database, Editing(draft_id, 1, other, NOW), LIBRARY, "iets anders") == Overtaken(2)
    assert (await opened(database, draft_id)).files[LIBRARY].text == library_with_repair()


async def test_of_two_who_save_at_the_same_time_one_is_told(database: Database) -> None:
    maker = await add_editor(database)
    draft_id = await drafted(database, maker, {})
    both = await asyncio.gather(
        *(put(database, Editing(draft_id, 1, maker, NOW), CROSSWALK, text) for text in (BRIDGE, f"# anders\n{BRIDGE}"))
    )
    assert sorted(map(str, both)) == ["2", "Overtaken(newest=2)"]


async def test_undoing_goes_back_and_redoing_returns_and_every_revision_stays(database: Database) -> None:
    maker = await add_editor(database)
    draft_id = await drafted(database, maker, {LIBRARY: library_with_repair(), CROSSWALK: BRIDGE})
    editing = Editing(draft_id, 3, maker, NOW)
    assert await undo(database, editing) == 2
    assert list((await opened(database, draft_id)).files) == [LIBRARY]
    assert await redo(database, replace(editing, on=2)) == 3
    assert isinstance(await redo(database, editing), NothingToUndo)
    await undo(database, editing)
    assert await put(database, replace(editing, on=2), MODULE, module_with_repair()) == 4
    lines = await history(database, draft_id)
    assert [(one.number, one.on_revision, one.in_use) for one in lines] == [
        (4, 2, True),
        (3, 2, False),
        (2, 1, True),
        (1, 0, True),
    ]
    assert lines[0].by == "Redacteur Een"
    assert (lines[0].code, lines[0].details) == ("file.saved", {"file": MODULE})


async def test_before_the_first_change_there_is_nothing_to_undo(database: Database) -> None:
    maker = await add_editor(database)
    draft_id = await begin_draft(database, "Leeg", actor=maker, now=NOW)
    assert isinstance(await undo(database, Editing(draft_id, 1, maker, NOW)), NothingToUndo)


async def test_a_file_that_is_taken_out_is_as_in_the_library_again(database: Database) -> None:
    maker = await add_editor(database)
    draft_id = await drafted(database, maker, {LIBRARY: library_with_repair()})
    assert await drop_file(database, Editing(draft_id, 2, maker, NOW), LIBRARY) == 3
    assert (await opened(database, draft_id)).files == {}


async def test_a_draft_that_is_laid_aside_cannot_be_changed_or_found(database: Database) -> None:
    maker = await add_editor(database)
    draft_id = await drafted(database, maker, {})
    assert await remove_draft(database, Editing(draft_id, 1, maker, NOW)) == 1
    assert isinstance(await put(database, Editing(draft_id, 1, maker, NOW), CROSSWALK, BRIDGE), NotEditable)
    assert await open_draft(database, draft_id) is None
    assert await list_drafts(database) == ()


async def test_each_change_is_in_the_national_record_without_its_text(database: Database) -> None:
    maker = await add_editor(database)
    draft_id = await drafted(database, maker, {CROSSWALK: BRIDGE})
    await undo(database, Editing(draft_id, 2, maker, NOW))
    rows = select(AuditRecord).where(col(AuditRecord.object_id) == draft_id).order_by(col(AuditRecord.number))
    async with place_reading(database, NATIONAL) as session:
        found = (await session.exec(rows)).all()
    assert [row.action for row in found] == ["library.draft.begun", "library.draft.changed", "library.draft.undone"]
    assert found[1].after is not None
    assert found[1].after["digests"] == {CROSSWALK: text_digest(BRIDGE)}
    assert "Verslag" not in str(found[1].after)


def test_a_draft_without_mistakes_has_no_problems() -> None:
    assert codes(laid_over({LIBRARY: library_with_repair(), MODULE: module_with_repair(), CROSSWALK: BRIDGE})) == []


def test_a_mistake_is_told_with_its_line_and_a_cure() -> None:
    library = laid_over({MODULE: module_with_repair().replace("GES01@2", "GES01@9")})
    problem = next(one for one in library.problems if one.code == "D01")
    assert (problem.file, problem.line > 1, "GES01" in problem.cure) == (MODULE, True, True)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (LIBRARY, "De hulp begon op tijd voor mij.", "De hulp begon op tijd."),
        (LIBRARY, "Soort hulp die iemand het meest gebruikt", "Soort hulp"),
        ("vragenlijsten/wmo-2.yaml", "minutes: 6", "minutes: 9"),
        ("bibliotheken/overgang-hul01-1-2.yaml", "De rest is gelijk.", "De rest ook."),
    ],
)
def test_what_was_published_cannot_be_changed(file: str, old: str, new: str) -> None:
    text = shipped_definitions()[file]
    assert old in text
    assert ("L03", file) in codes(laid_over({file: text.replace(old, new)}))


def test_what_was_published_cannot_be_left_out() -> None:
    text = shipped_definitions()["bibliotheken/overgang-hul01-1-2.yaml"].replace("hul01-1-2", "hul01-1-2-b")
    assert ("L04", "bibliotheken/overgang-hul01-1-2.yaml") in codes(
        laid_over({"bibliotheken/overgang-hul01-1-2.yaml": text})
    )


def test_a_reason_for_a_warning_can_still_be_written_in_a_published_version() -> None:
    text = shipped_definitions()["vragenlijsten/wmo-2.yaml"]
    assert codes(laid_over({"vragenlijsten/wmo-2.yaml": text.replace("moedertaalsprekers", "mensen")})) == []


def test_a_translation_can_be_changed() -> None:
    file = "teksten/en/wmo-vragen.yaml"
    text = shipped_definitions()[file]
    assert codes(laid_over({file: text.replace("council", "municipality")})) == []


def test_an_extension_has_no_place_in_the_national_library() -> None:
    extension = shipped_definitions()["voorbeelden/voorbeeld-gm0344-1.yaml"].replace("gm0344", "gm0363")
    assert ("L06", "eigen.yaml") in codes(laid_over({"eigen.yaml": extension}))


def test_a_file_that_others_released_in_between_is_told() -> None:
    library = DraftedLibrary(SHIPPED, {LIBRARY: DraftFile(library_with_repair(), "sha256:oud")})
    assert codes(library) == [("L02", LIBRARY)]


@pytest.mark.parametrize(
    "name", ["", "../x.yaml", "/x.yaml", "a b.yaml", "x.yml", "a/b/c/d/e.yaml", f"{'a' * 130}.yaml"]
)
def test_a_file_has_a_name_that_fits_everywhere(name: str) -> None:
    assert name_problem(name) is not None


def test_shipped_files_have_such_names() -> None:
    assert [name for name in shipped_definitions() if name_problem(name) is not None] == []


def test_a_new_version_is_compared_with_the_one_before_with_and_without_its_statements() -> None:
    library = laid_over({LIBRARY: library_with_repair(), MODULE: module_with_repair()})
    [change] = compare_draft(library, statements_in(library))
    assert (change.reference, change.kind) == ("nl.ceo.wmo@3", ChangeKind.NEW)
    assert change.comparison is not None
    assert change.comparison.verdict("GES01").verdict == "B"
    assert change.bare["GES01"] == "E"
    assert change.bare["TOE03"] == "C"  # routed on it
    assert change.minutes[0] == pytest.approx(change.minutes[1])


def test_a_crosswalk_between_versions_that_were_there_is_told_with_the_series_it_links() -> None:
    library = laid_over({CROSSWALK: BRIDGE})
    [change] = compare_draft(library, statements_in(library))
    assert (change.reference, change.kind) == ("nl.ceo.wmo@2", ChangeKind.LINKED)
    assert change.comparison is not None
    assert (change.comparison.verdict("TOE02").verdict, change.bare["TOE02"]) == ("D", "E")


def test_other_translations_of_a_published_version_are_told() -> None:
    file = "teksten/tr/wmo-vragen.yaml"
    text = shipped_definitions()[file]
    library = laid_over({file: text.replace('text: "', 'text: "x', 1)})
    changes = compare_draft(library, ())
    assert {one.reference for one in changes} == {"nl.ceo.wmo@1", "nl.ceo.wmo@2"}
    assert {one.kind for one in changes} == {ChangeKind.RETRANSLATED}
    assert not any(one.breaks for one in changes)


def test_a_name_that_another_file_has_already_is_told() -> None:
    text = shipped_definitions()["vragenlijsten/wmo-2.yaml"]
    assert codes(laid_over({"vragenlijsten/nog-een.yaml": text})) == [("D01", "vragenlijsten/nog-een.yaml")]


def test_a_file_that_cannot_be_read_hides_what_stood_in_it_and_is_told_once() -> None:
    assert {file for code, file in codes(laid_over({MODULE: "format: [", CROSSWALK: BRIDGE}))} == {MODULE}
