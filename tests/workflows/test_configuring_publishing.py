"""Publishing a configuration: what is looked at first, what is then sealed, and how it goes on from there."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, arrange_round
from click.testing import CliRunner
from editors import NOW, Desk, begun, editor, question

from ceo.cli import main
from ceo.settings import Settings
from ceo.storage.configurations import Configuration
from ceo.storage.database import Database, open_database
from ceo.storage.question_bank import SharedQuestion
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.configuring import (
    Begun,
    Changed,
    Closed,
    Consequences,
    FromPublished,
    NotSeen,
    OnCore,
    Overtaken,
    Published,
    adopt,
    begin,
    history,
    list_configurations,
    list_published,
    look_ahead,
    open_configuration,
    publish,
)
from ceo.workflows.configuring import publishing as configuration_publishing
from ceo.workflows.library.current import present_library
from ceo.workflows.publish import PublishedVersions, publish_questionnaire, withdraw_questionnaire
from questionnaires.comparability.reasons import Verdict
from questionnaires.configuring.changes import (
    AcceptWarning,
    AddQuestion,
    ChangeQuestion,
    OfferLanguages,
    SetTitle,
)
from questionnaires.configuring.documents import Document
from questionnaires.configuring.questions import ChosenScale, Number, Question
from questionnaires.configuring.yaml_files import write_yaml
from questionnaires.loading import load_shipped

pytestmark = pytest.mark.anyio

LONG = "Hoe vaak " + "en hoe lang " * 10 + "sprak u het team?"


async def ready(database: Database) -> Desk:
    """A configuration in Dutch with one own question, in which nothing stands in the way."""
    desk = await begun(database)
    await desk.change(OfferLanguages(()))
    await desk.change(AddQuestion("lokaal", question()))
    return desk


async def ahead_of(desk: Desk) -> Consequences:
    found = await look_ahead(desk.database, UTRECHT, desk.configuration, today=TODAY)
    assert isinstance(found, Consequences), found
    return found


async def published(desk: Desk) -> Published:
    seen = (await ahead_of(desk)).seen
    outcome = await publish(desk.database, desk.editing, seen=seen, today=TODAY)
    assert isinstance(outcome, Published), outcome
    return outcome


async def next_version(desk: Desk, content_hash: str) -> Desk:
    found = await begin(desk.database, UTRECHT, FromPublished(content_hash), actor=desk.actor, now=NOW)
    assert isinstance(found, Begun), found
    return Desk(desk.database, desk.actor, found.id)


async def test_a_first_version_is_compared_with_its_core_only(database: Database) -> None:
    ahead = await ahead_of(await ready(database))
    assert (ahead.reference, ahead.before, ahead.core.reference) == ("gm0344.wmo@1", None, "nl.ceo.wmo@2")
    assert {one.item: one.verdict for one in ahead.core.verdicts if one.verdict is not Verdict.A} == {
        "VER01": Verdict.C,  # an own question stands before it
        "gm0344.BUU01": Verdict.ADDED,
    }
    assert (ahead.offered, ahead.left_out) == (("nl",), ("en", "tr", "ar", "pl", "uk"))


async def test_what_is_published_is_what_was_looked_at(database: Database) -> None:
    desk = await ready(database)
    ahead = await ahead_of(desk)
    outcome = await publish(database, desk.editing, seen=ahead.seen, today=TODAY)
    assert outcome == Published(ahead.outlook.published.content_hash, "gm0344.wmo@1")
    assert isinstance(outcome, Published)
    version = await PublishedVersions(database).open(outcome.content_hash)
    assert version.questionnaire.items_by_id["gm0344.BUU01"].title == "Buurtteam"
    [line] = await list_published(database, UTRECHT)
    assert (line.reference, line.content_hash) == ("gm0344.wmo@1", outcome.content_hash)
    [made, *_] = await history(database, UTRECHT, desk.configuration)
    assert (made.code, made.details["reference"]) == ("published", "gm0344.wmo@1")


async def test_after_publishing_nothing_changes_any_more(database: Database) -> None:
    desk = await ready(database)
    done = await published(desk)
    desk.on = (await desk.open()).revision
    assert await desk.change(SetTitle("Toch anders")) == Closed("published")
    assert await desk.undo() == Closed("published")
    assert await publish(database, desk.editing, seen="", today=TODAY) == Closed("published")
    assert await look_ahead(database, UTRECHT, desk.configuration, today=TODAY) is None
    [line] = await list_configurations(database, UTRECHT)
    assert line.published_hash == done.content_hash


async def test_errors_are_repaired_first(database: Database) -> None:
    desk = await begun(database)  # the title is not translated
    remarks = await look_ahead(database, UTRECHT, desk.configuration, today=TODAY)
    assert isinstance(remarks, tuple)
    assert {one.code for one in remarks} == {"D12"}
    assert await publish(database, desk.editing, seen="", today=TODAY) == remarks


async def test_a_warning_is_accepted_with_a_reason_first(database: Database) -> None:
    desk = await ready(database)
    await desk.change(AddQuestion("lokaal", Question("Hoe vaak", LONG, "Hoe vaak?", Number(0, 9, "keer"))))
    ahead = await ahead_of(desk)
    remarks = await publish(database, desk.editing, seen=ahead.seen, today=TODAY)
    assert isinstance(remarks, tuple)
    [warning] = remarks
    assert (warning.code, warning.spot.name) == ("D15", "gm0344.VAA01")
    await desk.change(AcceptWarning(warning.code, warning.about, "De cliëntenraad wil het zo."))
    after = await ahead_of(desk)
    assert [one.reason for one in after.accepted] == ["De cliëntenraad wil het zo."]
    assert after.seen != ahead.seen
    assert isinstance(await publish(database, desk.editing, seen=after.seen, today=TODAY), Published)


async def test_nothing_is_published_that_was_not_seen(database: Database) -> None:
    desk = await ready(database)
    old = (await ahead_of(desk)).seen
    await desk.change(SetTitle("Een andere titel"))
    outcome = await publish(database, desk.editing, seen=old, today=TODAY)
    assert isinstance(outcome, NotSeen)
    assert outcome.consequences.outlook.published.questionnaire.title == "Een andere titel"
    assert await list_published(database, UTRECHT) == ()


async def test_a_change_of_somebody_else_comes_first(database: Database) -> None:
    desk = await ready(database)
    seen = (await ahead_of(desk)).seen
    other = Desk(database, await editor(database, "Ali Demir"), desk.configuration, on=desk.on)
    await other.change(SetTitle("Van een ander"))
    outcome = await publish(database, desk.editing, seen=seen, today=TODAY)
    assert isinstance(outcome, Overtaken)
    assert [line.by for line in outcome.by] == ["Ali Demir"]


async def test_a_change_in_the_moment_of_sealing_is_told_and_kept(database: Database) -> None:
    desk = await ready(database)
    library = await present_library(database)
    at_work = await configuration_publishing._ready(database, library, desk.editing, TODAY)
    assert isinstance(at_work, configuration_publishing._Ready)
    sealed = at_work.ahead.outlook.published
    await publish_questionnaire(database, sealed.questionnaire, now=NOW)
    other = Desk(database, desk.actor, desk.configuration, on=desk.on)
    await other.change(SetTitle("Net te laat"))
    outcome = await configuration_publishing._mark(database, library, desk.editing, at_work)
    assert outcome == Published(sealed.content_hash, "gm0344.wmo@1", left_out=(4,))
    opened = await desk.open()
    assert (opened.document.title, opened.published_hash) == ("Wmo in Utrecht", sealed.content_hash)
    late = await open_configuration(database, UTRECHT, desk.configuration, revision=4)
    assert late is not None
    assert late.document.title == "Net te laat"


async def test_the_next_version_keeps_names_and_numbers_what_changes(database: Database) -> None:
    first = await ready(database)
    done = await published(first)
    second = await next_version(first, done.content_hash)
    assert (await second.open()).document.reference == "gm0344.wmo@2"
    assert {one.verdict for one in (await ahead_of(second)).core.verdicts} <= {Verdict.A, Verdict.C, Verdict.ADDED}
    await second.change(ChangeQuestion("gm0344.BUU01", question("Wijkteam")))
    assert list((await second.open()).document.extension.items) == ["gm0344.BUU01@2"]
    ahead = await ahead_of(second)
    assert ahead.before is not None
    assert (ahead.before.reference, [one.item for one in ahead.before.breaks]) == ("gm0344.wmo@1", ["gm0344.BUU01"])
    await second.change(ChangeQuestion("gm0344.BUU01", question()))
    assert list((await second.open()).document.extension.items) == ["gm0344.BUU01@1"]


async def test_rounds_on_an_earlier_version_are_told(database: Database, installation_settings: Settings) -> None:
    first = await ready(database)
    done = await published(first)
    version = await PublishedVersions(database).open(done.content_hash)
    await arrange_round(database, installation_settings, questionnaire=version.questionnaire)
    await arrange_round(
        database,
        installation_settings,
        measurement="voorbij",
        questionnaire=version.questionnaire,
        closes_on=date(2026, 11, 2),
    )
    second = await next_version(first, done.content_hash)
    [line] = (await ahead_of(second)).rounds
    assert (line.measurement, line.version) == ("wmo-2026", "gm0344.wmo@1")


async def test_two_configurations_of_one_name_become_two_versions(database: Database) -> None:
    first, second = await ready(database), await ready(database)
    seen = (await ahead_of(second)).seen
    await published(first)
    outcome = await publish(database, second.editing, seen=seen, today=TODAY)
    assert isinstance(outcome, NotSeen)
    assert outcome.consequences.reference == "gm0344.wmo@2"
    assert (await published(second)).reference == "gm0344.wmo@2"


async def test_a_withdrawn_version_is_nothing_to_compare_with(database: Database) -> None:
    first = await ready(database)
    done = await published(first)
    await withdraw_questionnaire(database, done.content_hash, "Een fout in de vraag.", TODAY)
    second = await next_version(first, done.content_hash)
    assert (await ahead_of(second)).before is None
    [line] = await list_published(database, UTRECHT)
    assert line.withdrawn


async def test_nobody_begins_on_a_core_that_was_withdrawn(database: Database) -> None:
    core = await publish_questionnaire(database, load_shipped("wmo@1"), now=NOW)
    await withdraw_questionnaire(database, core.content_hash, "Er is een nieuwe.", TODAY)
    actor = await editor(database, "Noor Jansen")
    outcome = await begin(database, UTRECHT, OnCore("nl.ceo.wmo@1", "Wmo"), actor=actor, now=NOW)
    assert isinstance(outcome, tuple)


async def test_what_was_published_from_files_is_gone_on_with_here(database: Database) -> None:
    example = load_shipped("gm0344.voorbeeld@1")
    content_hash = (await publish_questionnaire(database, example, now=NOW)).content_hash
    actor = await editor(database, "Noor Jansen")
    found = await begin(database, UTRECHT, FromPublished(content_hash), actor=actor, now=NOW)
    assert isinstance(found, Begun)
    document = (await Desk(database, actor, found.id).open()).document
    assert (document.reference, sorted(document.extension.items)) == (
        "gm0344.voorbeeld@2",
        ["gm0344.BUU01@1", "gm0344.WIJ01@1"],
    )
    assert sorted(document.texts) == ["ar", "en", "pl", "tr", "uk"]
    refused = await begin(database, ZWOLLE, FromPublished(content_hash), actor=actor, now=NOW)
    assert isinstance(refused, tuple)


async def test_a_shared_question_is_adopted_with_where_it_came_from(database: Database) -> None:
    example = load_shipped("gm0193.voorbeeld@1")
    content_hash = (await publish_questionnaire(database, example, now=NOW)).content_hash
    desk = await ready(database)
    wanted = {"content_hash": content_hash, "item": "gm0193.WRK02@1"}
    refused = await adopt(database, desk.editing, "lokaal", **wanted)
    assert isinstance(refused, tuple)
    async with tenant_transaction(database, ZWOLLE) as session:
        session.add(
            SharedQuestion(municipality=ZWOLLE, item="gm0193.WRK02@1", content_hash=content_hash, shared_on=TODAY)
        )
    outcome = await adopt(database, desk.editing, "lokaal", **wanted)
    assert isinstance(outcome, Changed)
    item = outcome.document.extension.items["gm0344.WER01@1"]
    assert item.adopted_from is not None
    assert (item.adopted_from.item, item.adopted_from.content_hash) == ("gm0193.WRK02@1", content_hash)
    assert item.text == example.items_by_id["gm0193.WRK02"].text


def test_the_yaml_of_a_configuration_publishes_to_the_same_hash_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installation_settings: Settings
) -> None:
    async def publish_here() -> tuple[Document, str]:
        async with open_database(installation_settings.database_url) as database:
            desk = await ready(database)
            await desk.change(
                AddQuestion("lokaal", Question("Wijk", "Welke wijk?", "Welke wijk?", ChosenScale("ja_nee@1")))
            )
            return (await desk.open()).document, (await published(desk)).content_hash

    document, content_hash = asyncio.run(publish_here())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CEO_DATA", str(tmp_path / "elsewhere"))
    files = write_yaml(document)
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    checked = CliRunner().invoke(main, ["check", *files])
    assert checked.exit_code == 0, checked.output
    assert "geen fouten, geen waarschuwingen" in checked.output
    assert CliRunner().invoke(main, ["migrate"]).exit_code == 0
    sealed = CliRunner().invoke(main, ["publish", *files])
    assert content_hash in sealed.output


async def test_a_configuration_in_the_list_is_that_of_the_municipality(database: Database) -> None:
    desk = await ready(database)
    async with tenant_reading(database, ZWOLLE) as session:
        assert await session.get(Configuration, desk.configuration) is None
    assert await look_ahead(database, ZWOLLE, desk.configuration, today=TODAY) is None
