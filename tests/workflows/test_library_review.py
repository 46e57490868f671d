from dataclasses import replace
from datetime import date

import pytest
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
    only_standing,
    put,
    reviewed,
    say,
)
from sqlmodel import col, select

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.workflows.audit.recording import place_reading
from ceo.workflows.library.approvers import with_approvers
from ceo.workflows.library.drafts import Editing, redo, undo
from ceo.workflows.library.reviewing import Changed, Judgement, NoReason, OwnWork, judge, list_reviewed
from ceo.workflows.library.statements import Review, Revision, Standing, State, Statement, StatementKind, standings

pytestmark = pytest.mark.anyio

CLAIM = Statement(
    name="items GES01@2",
    kind=StatementKind.SPELLING,
    title="Gesprek",
    versions=("GES01@1", "GES01@2"),
    file="a.yaml",
    line=1,
    place=(),
    digest="nu",
    parts=frozenset({"items GES01@2"}),
    texts=(),
)


def made(by: str, digest: str | None) -> Revision:
    return Revision(by, {"items GES01@2": digest} if digest else {})


def said(by: str, digest: str = "nu", *, approved: bool = True) -> Review:
    return Review("items GES01@2", digest, approved, "Klopt.", by, TODAY)


def stand(line: list[Revision], reviews: list[Review]) -> Standing:
    return standings([CLAIM], line, reviews)[0]


def test_without_a_word_of_anybody_a_statement_waits() -> None:
    assert stand([made("a", "nu")], []).state is State.WAITING


def test_a_second_editor_approves() -> None:
    standing = stand([made("a", "nu")], [said("b")])
    assert standing.state is State.APPROVED
    assert standing.approval == said("b")


def test_the_maker_cannot_approve_the_own_work() -> None:
    standing = stand([made("a", "nu")], [said("a")])
    assert standing.state is not State.APPROVED
    assert not standing.may_be_judged_by("a")


def test_everybody_who_changed_it_on_the_way_is_a_maker_and_who_changed_something_else_is_not() -> None:
    standing = stand([made("a", "eerst"), made("b", "nu"), made("c", "nu")], [])
    assert standing.makers == ("a", "b")
    assert standing.may_be_judged_by("c")


def test_who_takes_a_statement_out_and_puts_it_back_has_made_it_too() -> None:
    assert stand([made("a", "nu"), made("b", None), made("b", "nu")], []).makers == ("a", "b")


def test_a_change_after_approval_makes_it_void() -> None:
    standing = stand([made("a", "eerst"), made("a", "nu")], [said("b", "eerst")])
    assert (standing.state, standing.approval) == (State.VOID, None)


def test_an_approval_of_who_changed_it_afterwards_and_back_again_does_not_count() -> None:
    line = [made("a", "nu"), made("b", "anders"), made("b", "nu")]
    assert stand(line, [said("b")]).state is State.VOID


def test_one_refusal_outweighs_an_approval() -> None:
    assert stand([made("a", "nu")], [said("b"), said("c", approved=False)]).state is State.REFUSED


def test_the_last_word_of_a_person_counts() -> None:
    assert stand([made("a", "nu")], [said("b", approved=False), said("b")]).state is State.APPROVED
    assert stand([made("a", "nu")], [said("b"), said("b", approved=False)]).state is State.REFUSED


async def test_a_repair_of_spelling_waits_for_a_second_editor_who_sees_what_is_different(database: Database) -> None:
    maker, second = await add_editor(database), await add_editor(database, "Redacteur Twee")
    draft_id = await drafted(database, maker, {LIBRARY: library_with_repair()})
    standing = await only_standing(database, draft_id)
    assert (standing.state, standing.makers) == (State.WAITING, (maker,))
    [text] = standing.statement.texts
    assert (text.key, text.new[:6]) == ("stem", "Had u,")
    assert isinstance(await say(database, draft_id, maker), OwnWork)
    after = await say(database, draft_id, second, reason=" Alleen de komma’s zijn nieuw. ")
    assert isinstance(after, Standing)
    assert after.state is State.APPROVED
    [kept] = (await only_standing(database, draft_id)).reviews
    assert (kept.said_by, kept.said_on, kept.reason) == (second, date(2026, 11, 22), "Alleen de komma’s zijn nieuw.")
    assert (await reviewed(database, draft_id)).names[second] == "Redacteur Twee"


async def test_a_judgement_needs_a_reason(database: Database) -> None:
    maker, second = await add_editor(database), await add_editor(database)
    draft_id = await drafted(database, maker, {CROSSWALK: BRIDGE})
    assert isinstance(await say(database, draft_id, second, reason="  "), NoReason)
    assert (await only_standing(database, draft_id)).state is State.WAITING


async def test_a_judgement_on_what_was_changed_meanwhile_is_not_taken(database: Database) -> None:
    maker, second = await add_editor(database), await add_editor(database)
    draft_id = await drafted(database, maker, {CROSSWALK: BRIDGE})
    seen = (await only_standing(database, draft_id)).statement
    await put(database, Editing(draft_id, 2, maker, NOW), CROSSWALK, BRIDGE.replace("412", "41"))
    judgement = Judgement(draft_id, seen.name, seen.digest, approved=True, reason="Klopt.")
    assert isinstance(await judge(database, judgement, actor=second, now=NOW, today=TODAY), Changed)


async def test_a_change_of_the_question_that_a_statement_is_about_makes_the_approval_void(database: Database) -> None:
    maker, second = await add_editor(database), await add_editor(database)
    draft_id = await drafted(database, maker, {LIBRARY: library_with_repair(), MODULE: module_with_repair()})
    await say(database, draft_id, second)
    editing = Editing(draft_id, 3, maker, NOW)
    await put(database, editing, LIBRARY, library_with_repair().replace("Had u, de", "Had u; de"))
    assert (await only_standing(database, draft_id)).state is State.VOID
    assert await undo(database, replace(editing, on=4)) == 3
    assert (await only_standing(database, draft_id)).state is State.APPROVED


async def test_a_change_elsewhere_in_the_draft_leaves_the_approval(database: Database) -> None:
    maker, second = await add_editor(database), await add_editor(database)
    draft_id = await drafted(database, maker, {LIBRARY: library_with_repair()})
    await say(database, draft_id, second)
    await put(database, Editing(draft_id, 2, second, NOW), MODULE, module_with_repair())
    assert (await only_standing(database, draft_id)).state is State.APPROVED


async def test_a_second_editor_who_changes_the_statement_becomes_a_maker(database: Database) -> None:
    maker, second = await add_editor(database), await add_editor(database)
    draft_id = await drafted(database, maker, {CROSSWALK: BRIDGE})
    await put(database, Editing(draft_id, 2, second, NOW), CROSSWALK, BRIDGE.replace("412", "413"))
    assert (await only_standing(database, draft_id)).makers == (maker, second)
    assert isinstance(await say(database, draft_id, second), OwnWork)


async def test_names_that_an_editor_writes_for_approvers_count_for_nothing(database: Database) -> None:
    maker, second = await add_editor(database), await add_editor(database)
    draft_id = await drafted(database, maker, {CROSSWALK: BRIDGE})
    await say(database, draft_id, second)
    named = BRIDGE.replace("- tweede", f"- Redacteur {second}").replace("2026-01-01", "2026-02-02")
    await put(database, Editing(draft_id, 2, maker, NOW), CROSSWALK, named)
    standing = await only_standing(database, draft_id)
    assert (standing.state, standing.makers) == (State.APPROVED, (maker,))


async def test_undoing_and_redoing_makes_nobody_a_maker(database: Database) -> None:
    maker, second = await add_editor(database), await add_editor(database)
    draft_id = await drafted(database, maker, {CROSSWALK: BRIDGE})
    await undo(database, Editing(draft_id, 2, second, NOW))
    await redo(database, Editing(draft_id, 1, second, NOW))
    assert (await only_standing(database, draft_id)).makers == (maker,)


async def test_each_judgement_is_in_the_national_record_with_its_reason(database: Database) -> None:
    maker, second = await add_editor(database), await add_editor(database)
    draft_id = await drafted(database, maker, {CROSSWALK: BRIDGE})
    await say(database, draft_id, second, approved=False, reason="Te weinig mensen.")
    await say(database, draft_id, second, reason="Toch genoeg.")
    rows = select(AuditRecord).where(col(AuditRecord.actor) == second).order_by(col(AuditRecord.number))
    async with place_reading(database, NATIONAL) as session:
        found = (await session.exec(rows)).all()
    assert [row.action for row in found] == ["library.statement.refused", "library.statement.approved"]
    assert found[0].after is not None
    assert found[0].after["reason"] == "Te weinig mensen."


async def test_all_drafts_are_read_with_what_waits_in_them(database: Database) -> None:
    maker = await add_editor(database)
    await drafted(database, maker, {CROSSWALK: BRIDGE}, title="Brug")
    await drafted(database, maker, {LIBRARY: library_with_repair()}, title="Komma")
    found = await list_reviewed(database)
    assert [(one.draft.title, [what.statement.kind for what in one.standings]) for one in found] == [
        ("Brug", [StatementKind.BRIDGING_SAMPLE]),
        ("Komma", [StatementKind.SPELLING]),
    ]


@pytest.mark.parametrize(
    "text",
    [
        'é: 1\na: {of: 1, approved_by: [maker, "twee, de"]}\nb: 2\n',
        "é: 1\na:\n  of: 1\n  approved_by: [maker,\n    tweede]\nb: 2\n",
        "é: 1\na:\n  approved_by:\n  - maker # eerst\n  - tweede\n  of: 1\nb: 2\n",
        "é: 1\na:\n  of: 1\n  approved_by:\n    - maker\n    - tweede\n",
    ],
)
def test_names_are_written_into_any_way_of_writing_a_list_and_lines_stay(text: str) -> None:
    import yaml

    written = with_approvers(text, ("a",), ["Redacteur één", "Redacteur twee"])
    expected = yaml.safe_load(text)
    expected["a"]["approved_by"] = ["Redacteur één", "Redacteur twee"]
    assert yaml.safe_load(written) == expected
    assert written.count("\n") == text.count("\n")
