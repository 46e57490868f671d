"""Configuring in the database: revisions, two editors, undo, history, removing."""

from __future__ import annotations

import asyncio
import json

import pytest
from arrangements import UTRECHT, ZWOLLE
from editors import NOW, Desk, begun, editor, question
from sqlmodel import select

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database, open_database
from ceo.storage.tenancy import reading_across
from ceo.workflows.configuring import (
    Begun,
    Changed,
    Closed,
    Editing,
    FromConfiguration,
    FromYaml,
    NothingToUndo,
    Overtaken,
    begin,
    beginnings,
    change,
    go_back,
    history,
    list_configurations,
    open_configuration,
    remove,
    restore,
)
from questionnaires.configuring.changes import (
    AddQuestion,
    ChangeQuestion,
    FillParam,
    OfferLanguages,
    RemoveQuestion,
    SetTitle,
)
from questionnaires.configuring.remarks import Spot, SpotKind
from questionnaires.configuring.yaml_files import write_yaml

pytestmark = pytest.mark.anyio


async def test_a_new_configuration_stands_on_its_core_and_adds_nothing(database: Database) -> None:
    desk = await begun(database)
    opened = await desk.open()
    assert (opened.document.reference, opened.document.core, opened.revision) == ("gm0344.wmo@1", "nl.ceo.wmo@2", 1)
    assert (opened.can_undo, opened.can_redo) == (False, False)
    [line] = await list_configurations(database, UTRECHT)
    assert (line.title, line.reference, line.changed_by) == ("Wmo in Utrecht", "gm0344.wmo@1", "Noor Jansen")
    assert "nl.ceo.wmo@2" in [core.reference for core in await beginnings(database, UTRECHT)]


async def test_another_municipality_sees_nothing_of_it(database: Database) -> None:
    desk = await begun(database)
    assert await open_configuration(database, ZWOLLE, desk.configuration) is None
    assert await list_configurations(database, ZWOLLE) == ()
    assert await history(database, ZWOLLE, desk.configuration) == ()
    foreign = Editing(ZWOLLE, desk.configuration, 1, desk.actor, NOW)
    assert await change(database, foreign, SetTitle("Van ons")) == Closed("unknown")
    assert await remove(database, foreign) == Closed("unknown")
    outcome = await begin(database, ZWOLLE, FromConfiguration(desk.configuration), actor=desk.actor, now=NOW)
    assert isinstance(outcome, tuple)


async def test_each_change_is_a_revision_that_history_tells(database: Database) -> None:
    desk = await begun(database)
    await desk.change(AddQuestion("lokaal", question()))
    await desk.change(SetTitle("Wmo 2027"))
    lines = await history(database, UTRECHT, desk.configuration)
    assert [(line.revision, line.code, line.by) for line in lines] == [
        (3, "title", "Noor Jansen"),
        (2, "question.added", "Noor Jansen"),
        (1, "begun", "Noor Jansen"),
    ]
    assert lines[0].details == {"before": "Wmo in Utrecht", "after": "Wmo 2027"}
    assert lines[1].details == {"item": "gm0344.BUU01", "title": "Buurtteam", "slot": "lokaal"}
    [line] = await list_configurations(database, UTRECHT)
    assert line.title == "Wmo 2027"


async def test_what_changes_nothing_makes_no_revision(database: Database) -> None:
    desk = await begun(database)
    outcome = await desk.change(SetTitle("Wmo in Utrecht"))
    assert isinstance(outcome, Changed)
    assert outcome.revision == 1


async def test_what_cannot_be_done_is_told_and_changes_nothing(database: Database) -> None:
    desk = await begun(database)
    outcome = await desk.change(AddQuestion("lokaal", question("  ")))
    assert isinstance(outcome, tuple)
    assert [(one.spot.kind, one.spot.field) for one in outcome] == [(SpotKind.QUESTION, "title")]
    assert (await desk.open()).revision == 1


async def test_who_is_overtaken_hears_by_whom_and_overwrites_nothing(database: Database) -> None:
    first = await begun(database)
    await first.change(AddQuestion("lokaal", question()))
    second = Desk(database, await editor(database, "Ali Demir"), first.configuration, on=first.on)
    await first.change(ChangeQuestion("gm0344.BUU01", question("Wijkteam")))
    outcome = await second.change(ChangeQuestion("gm0344.BUU01", question("Sociaal team")))
    assert isinstance(outcome, Overtaken)
    assert [(line.code, line.by) for line in outcome.by] == [("question.changed", "Noor Jansen")]
    assert outcome.parts == (Spot(SpotKind.QUESTION, "gm0344.BUU01"),)
    assert not outcome.applies
    assert await first.titles() == ["Wijkteam"]


async def test_the_same_change_is_offered_when_it_touches_other_parts(database: Database) -> None:
    first = await begun(database)
    second = Desk(database, await editor(database, "Ali Demir"), first.configuration)
    await first.change(AddQuestion("lokaal", question()))
    wanted = AddQuestion("lokaal", question("Buurthuis"))
    outcome = await second.change(wanted)
    assert isinstance(outcome, Overtaken)
    assert (outcome.parts, outcome.applies, outcome.newest) == ((), True, 2)
    second.on = outcome.newest
    assert isinstance(await second.change(wanted), Changed)
    assert await first.titles() == ["Buurtteam", "Buurthuis"]


async def test_a_change_of_what_somebody_else_removed_is_not_offered_again(database: Database) -> None:
    first = await begun(database)
    await first.change(AddQuestion("lokaal", question()))
    second = Desk(database, first.actor, first.configuration, on=first.on)
    await first.change(RemoveQuestion("gm0344.BUU01"))
    outcome = await second.change(ChangeQuestion("gm0344.BUU01", question("Wijkteam")))
    assert isinstance(outcome, Overtaken)
    assert not outcome.applies


async def test_of_two_editors_at_the_same_moment_one_is_overtaken(database_url: str) -> None:
    async with open_database(database_url) as one, open_database(database_url) as other:
        first = await begun(one)
        second = Desk(other, first.actor, first.configuration)
        outcomes = await asyncio.gather(first.change(SetTitle("De eerste")), second.change(SetTitle("De tweede")))
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Changed", "Overtaken"]
        [won] = [outcome for outcome in outcomes if isinstance(outcome, Changed)]
        assert (await first.open()).document.title == won.document.title
        assert len(await history(one, UTRECHT, first.configuration)) == 2


async def test_two_configurations_never_give_one_name_to_two_questions(database_url: str) -> None:
    async with open_database(database_url) as one, open_database(database_url) as other:
        first, second = await begun(one), await begun(one)
        second.database = other
        await asyncio.gather(
            first.change(AddQuestion("lokaal", question())), second.change(AddQuestion("lokaal", question()))
        )
        names = [list((await desk.open()).document.extension.items) for desk in (first, second)]
    assert sorted(names) == [["gm0344.BUU01@1"], ["gm0344.BUU02@1"]]


async def test_undo_and_redo_walk_back_and_forth_and_history_keeps_everything(database: Database) -> None:
    desk = await begun(database)
    await desk.change(SetTitle("Twee"))
    await desk.change(SetTitle("Drie"))
    seen = []
    for step in (desk.undo, desk.undo, desk.undo, desk.redo, desk.redo, desk.redo):
        await step()
        seen.append((await desk.open()).document.title)
    assert seen == ["Twee", "Wmo in Utrecht", "Wmo in Utrecht", "Twee", "Drie", "Drie"]
    assert await desk.redo() == NothingToUndo()
    codes = [line.code for line in await history(database, UTRECHT, desk.configuration)]
    assert codes == ["redone", "redone", "undone", "undone", "title", "title", "begun"]


async def test_what_is_done_after_an_undo_takes_the_redo_away(database: Database) -> None:
    desk = await begun(database)
    await desk.change(SetTitle("Twee"))
    await desk.undo()
    assert (await desk.open()).can_redo
    await desk.change(SetTitle("Anders"))
    assert not (await desk.open()).can_redo
    await desk.undo()
    assert (await desk.open()).document.title == "Wmo in Utrecht"


async def test_undo_on_an_old_screen_is_overtaken(database: Database) -> None:
    desk = await begun(database)
    await desk.change(SetTitle("Twee"))
    desk.on = 1
    assert isinstance(await desk.undo(), Overtaken)
    assert (await desk.open()).document.title == "Twee"


async def test_going_back_to_a_revision_is_a_new_one_that_can_be_undone(database: Database) -> None:
    desk = await begun(database)
    await desk.change(AddQuestion("lokaal", question()))
    await desk.change(RemoveQuestion("gm0344.BUU01"))
    outcome = await go_back(database, desk.editing, 2)
    assert isinstance(outcome, Changed)
    assert (outcome.revision, await desk.titles()) == (4, ["Buurtteam"])
    desk.on = 4
    await desk.undo()
    assert await desk.titles() == []
    earlier = await open_configuration(database, UTRECHT, desk.configuration, revision=2)
    assert earlier is not None
    assert (earlier.revision, earlier.newest, len(earlier.document.extension.items)) == (2, 5, 1)
    assert await open_configuration(database, UTRECHT, desk.configuration, revision=99) is None
    desk.on = 5
    assert await go_back(database, desk.editing, 99) == NothingToUndo()


async def test_what_is_removed_can_be_brought_back(database: Database) -> None:
    desk = await begun(database)
    removed = await remove(database, desk.editing)
    assert isinstance(removed, Changed)
    assert await list_configurations(database, UTRECHT) == ()
    desk.on = removed.revision
    assert await desk.change(SetTitle("Toch niet")) == Closed("removed")
    assert await desk.undo() == Closed("removed")
    assert await remove(database, desk.editing) == Changed(removed.revision, removed.document)
    restored = await restore(database, desk.editing)
    assert isinstance(restored, Changed)
    desk.on = restored.revision
    assert [line.id for line in await list_configurations(database, UTRECHT)] == [desk.configuration]
    assert not (await desk.open()).can_undo  # removing and bringing back are no steps of the questionnaire
    assert isinstance(await desk.change(SetTitle("Toch wel")), Changed)


async def test_the_list_says_what_stands_in_the_way(database: Database) -> None:
    desk = await begun(database)
    [line] = await list_configurations(database, UTRECHT)
    assert line.open_problems == 5  # five languages in which the title is not there
    await desk.change(OfferLanguages(()))
    [line] = await list_configurations(database, UTRECHT)
    assert line.open_problems == 0


async def test_a_copy_goes_its_own_way_and_keeps_the_names(database: Database) -> None:
    desk = await begun(database)
    await desk.change(AddQuestion("lokaal", question()))
    found = await begin(database, UTRECHT, FromConfiguration(desk.configuration), actor=desk.actor, now=NOW)
    assert isinstance(found, Begun)
    copy = Desk(database, desk.actor, found.id)
    await copy.change(SetTitle("De kopie"))
    assert (await desk.open()).document.title == "Wmo in Utrecht"
    assert list((await copy.open()).document.extension.items) == ["gm0344.BUU01@1"]


async def test_the_files_of_a_configuration_begin_an_equal_one(database: Database) -> None:
    desk = await begun(database)
    await desk.change(AddQuestion("lokaal", question()))
    document = (await desk.open()).document
    found = await begin(database, UTRECHT, FromYaml(write_yaml(document)), actor=desk.actor, now=NOW)
    assert isinstance(found, Begun)
    assert (await Desk(database, desk.actor, found.id).open()).document == document
    refused = await begin(database, ZWOLLE, FromYaml(write_yaml(document)), actor=desk.actor, now=NOW)
    assert isinstance(refused, tuple)
    assert "Deze uitbreiding is van gm0344" in refused[0].cause


async def test_everything_is_written_down_in_the_audit(database: Database) -> None:
    desk = await begun(database)
    await desk.change(FillParam("nergens", "het loket"))  # refused: nothing to write down
    await desk.change(AddQuestion("lokaal", question()))
    await desk.undo()
    await remove(database, desk.editing)
    async with reading_across(database) as session:
        rows = list(await session.exec(select(AuditRecord).order_by(AuditRecord.number)))  # type: ignore[arg-type]
    assert [row.action for row in rows] == [
        "configuration.begun",
        "configuration.question.added",
        "configuration.undone",
        "configuration.removed",
    ]
    assert {(row.place, row.actor, row.object_id) for row in rows} == {(UTRECHT, desk.actor, desk.configuration)}
    assert json.loads(json.dumps(rows[1].after)) == {
        "revision": 2,
        "item": "gm0344.BUU01",
        "title": "Buurtteam",
        "slot": "lokaal",
    }
