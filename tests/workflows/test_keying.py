"""Forms on paper: keyed, keyed again by somebody else where that is needed, settled, and sent once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from arrangements import TODAY, ZWOLLE, OpenedRound, arrange_round, fill_in, simulated, wmo_core
from sqlmodel import SQLModel, col, select, update

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.contacts import Invitation, SecondCode
from ceo.storage.database import Database
from ceo.storage.paper import KeyedForm, KeyingTally
from ceo.storage.rounds import Promise, Round, RoundStage
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.answering.access_codes import AccessKey, access_key, draw_code, read_code
from ceo.workflows.answering.arriving import refuse, start
from ceo.workflows.answering.reader import Reader
from ceo.workflows.inviting.brought_codes import CodeFault, read_typed
from ceo.workflows.paper.agreement import read_progress
from ceo.workflows.paper.forms import PaperForm, Step, find_form, needs_second
from ceo.workflows.paper.keyed import Compared, Keyed, Mark, compare, keyed_from_json, keyed_to_json, settle
from ceo.workflows.paper.keying import Keying, Outcome, discard_form, key_form, reconcile, send_form
from ceo.workflows.publish import PublishedVersions
from questionnaires.answers import Answer, Missing
from questionnaires.consents import StoryConsent
from questionnaires.routing import route

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANNA, BRAM, COR = "anna", "bram", "cor"
ALL, NONE = 1.0, 0.0


@pytest.fixture
async def opened(database: Database, installation_settings: Settings) -> OpenedRound:
    return await arrange_round(database, installation_settings, invited={"Begeleiding": 4})


def keying(opened: OpenedRound, by: str, share: float, *, now: datetime = NOW) -> Keying:
    return Keying(by, now, TODAY, opened.settings.secret_key, share)


def keyed(number: int = 0, **changed: Answer) -> Keyed:
    """What stands on the form of a simulated client; the same number is the same form."""
    return Keyed({**simulated(number), **changed}, TODAY)


def other(item: str, number: int = 0) -> Answer:
    """Another answer than the one on the form."""
    scale = wmo_core().scale_of(wmo_core().item(item))
    assert scale is not None
    value = simulated(number)[item].value
    return Answer(item, 1, value=next(code.code for code in scale.codes if code.code != value))


async def find(database: Database, opened: OpenedRound, by: str, number: int = 0) -> PaperForm:
    found = await find_form(database, PublishedVersions(database), opened.key(number), opened.round_id, by=by)
    assert isinstance(found, PaperForm), found
    return found


async def key(
    database: Database, opened: OpenedRound, by: str, share: float, form: Keyed | None = None, *, number: int = 0
) -> Outcome | CodeFault:
    found = await find(database, opened, by, number)
    return await key_form(database, found, form or keyed(number), keying(opened, by, share))


async def rows(database: Database, table: type[Any]) -> list[Any]:
    async with reading_across(database) as session:
        return list(await session.exec(select(table)))


async def close(database: Database, opened: OpenedRound) -> None:
    async with tenant_transaction(database, opened.municipality) as session:
        stage = RoundStage.CLOSED.value
        await session.exec(update(Round).where(col(Round.id) == opened.round_id).values(stage=stage))


async def test_a_form_that_is_keyed_once_waits_for_a_look_and_is_then_sent_as_paper(
    database: Database, opened: OpenedRound
) -> None:
    form = replace(keyed(), reader=Reader("tr", "easy"))
    assert await key(database, opened, ANNA, NONE, form) is Outcome.KEPT
    assert await rows(database, Submission) == []
    assert await send_form(database, await find(database, opened, BRAM), today=TODAY) is Outcome.SENT
    [sent] = await rows(database, Submission)
    assert (sent.mode, sent.language, sent.text_register, sent.stratum) == ("paper", "tr", "easy", "Begeleiding")
    assert sorted(row.state for row in await rows(database, Invitation)) == ["complete", "open", "open", "open"]


async def test_paper_is_sealed_as_the_website_does_it(database: Database, installation_settings: Settings) -> None:
    """The same answers give the same row, but for how they came in; what is off the path is kept out and counted."""
    opened = await arrange_round(database, installation_settings)
    await fill_in(database, opened, 0, send=True)
    off_path = {"GES01": Answer("GES01", 1, value="nee"), "TOE03": Answer("TOE03", 1, value="eens")}
    for number, form in ((1, keyed(0)), (2, keyed(0, **off_path))):
        await key(database, opened, ANNA, NONE, form, number=number)
        await send_form(database, await find(database, opened, ANNA, number), today=TODAY)
    website, paper, crossed = sorted(
        await rows(database, Submission), key=lambda row: (row.mode == "paper", row.dropped)
    )
    how = {"id", "mode"}
    assert paper.model_dump(exclude=how) == website.model_dump(exclude=how)
    assert crossed.dropped > website.dropped
    assert crossed.answers["TOE03"] == {"version": 1, "missing": "not_asked"}


async def test_two_keyings_that_agree_are_sent_once_and_at_once(database: Database, opened: OpenedRound) -> None:
    assert await key(database, opened, ANNA, ALL) is Outcome.KEPT
    assert (await find(database, opened, ANNA)).step is Step.WAIT
    assert (await find(database, opened, BRAM)).step is Step.KEY_AGAIN
    assert await key(database, opened, BRAM, ALL) is Outcome.SENT
    assert len(await rows(database, Submission)) == 1
    assert await key_form(database, replace_key(opened), keyed(), keying(opened, COR, ALL)) is CodeFault.ANSWERED


def replace_key(opened: OpenedRound) -> PaperForm:
    """The form as a page showed it that stood open for long."""
    its_round = Round(
        id=opened.round_id,
        municipality=opened.municipality,
        measurement="",
        title="",
        questionnaire_hash="",
        opens_on=TODAY,
        closes_on=TODAY,
        phone="",
    )
    return PaperForm(opened.key(), its_round, wmo_core(), Step.KEY)


async def test_the_second_keyer_is_never_the_first(database: Database, opened: OpenedRound) -> None:
    await key(database, opened, ANNA, ALL)
    assert await key(database, opened, ANNA, ALL) is Outcome.KEPT, "the same form sent twice is kept once"
    assert await key(database, opened, ANNA, ALL, keyed(1)) is Outcome.TAKEN
    assert await send_form(database, await find(database, opened, ANNA), today=TODAY) is Outcome.TAKEN
    [row] = await rows(database, KeyedForm)
    assert (row.first_by, row.second_by, await rows(database, Submission)) == (ANNA, None, [])


async def test_two_keyings_that_differ_are_not_sent_until_somebody_decided(
    database: Database, opened: OpenedRound
) -> None:
    await key(database, opened, ANNA, ALL)
    assert await key(database, opened, BRAM, ALL, keyed(EFF01=other("EFF01"))) is Outcome.KEPT
    form = await find(database, opened, COR)
    assert (form.step, form.compared.differing) == (Step.RECONCILE, ("EFF01",))
    for attempt in (send_form(database, form, today=TODAY), key(database, opened, COR, ALL)):
        assert await attempt is Outcome.TAKEN
    assert await rows(database, Submission) == []
    assert await reconcile(database, form, keyed(EFF01=other("EFF01")), today=TODAY) is Outcome.SENT
    [sent] = await rows(database, Submission)
    assert sent.answers["EFF01"]["value"] == other("EFF01").value
    assert sent.answers["EFF02"].get("value") == simulated(0)["EFF02"].value


async def test_only_what_differed_can_be_decided(database: Database, opened: OpenedRound) -> None:
    await key(database, opened, ANNA, ALL)
    await key(database, opened, BRAM, ALL, keyed(EFF01=other("EFF01")))
    form = await find(database, opened, COR)
    await reconcile(database, form, keyed(EFF02=other("EFF02")), today=TODAY)
    [sent] = await rows(database, Submission)
    assert sent.answers["EFF02"].get("value") == simulated(0)["EFF02"].value


async def test_each_comparison_counts_for_the_items_with_an_answer(database: Database, opened: OpenedRound) -> None:
    blank = Answer("EFF03", 1, missing=Missing.SKIPPED)
    await key(database, opened, ANNA, ALL, keyed(EFF03=blank))
    await key(database, opened, BRAM, ALL, keyed(EFF03=blank, EFF01=other("EFF01")))
    for by in (ANNA, BRAM):
        await key(database, opened, by, ALL, number=1)
    tallies = {row.item: (row.compared, row.differed) for row in await rows(database, KeyingTally)}
    assert tallies["EFF01"] == (2, 1)
    assert tallies["EFF03"] == (1, 0)
    progress = await read_progress(database, opened.municipality, opened.round_id, by=BRAM, now=NOW)
    assert progress.overall is not None
    assert (progress.overall.compared, progress.overall.differed) == (sum(n for n, _ in tallies.values()), 1)
    assert progress.by_item["EFF01"].low < 0.5 < progress.by_item["EFF01"].high
    assert (progress.waiting.to_reconcile, progress.waiting.forms, progress.own_today) == (1, 1, 2)


@pytest.mark.parametrize("share", [NONE, ALL])
async def test_two_people_who_key_the_same_form_at_once_send_it_at_most_once(
    database: Database, opened: OpenedRound, share: float
) -> None:
    form = await find(database, opened, ANNA)
    people = (ANNA, BRAM, COR)
    outcomes = await asyncio.gather(*(key_form(database, form, keyed(), keying(opened, by, share)) for by in people))
    if share == NONE:
        assert sorted(map(str, outcomes)) == ["kept", "taken", "taken"]
        assert await rows(database, Submission) == []
    else:
        # The second of them agreed with the first; the third came before or after it was sent.
        assert sorted(map(str, outcomes))[1:] in (["kept", "sent"], ["sent", "taken"])
        assert len(await rows(database, Submission)) == 1
    forms = [
        await find_form(database, PublishedVersions(database), opened.key(), opened.round_id, by=by) for by in people
    ]
    if share == NONE:
        sends = await asyncio.gather(
            *(send_form(database, one, today=TODAY) for one in forms if isinstance(one, PaperForm))
        )
        assert sorted(sends) == [Outcome.SENT, Outcome.TAKEN, Outcome.TAKEN]
    assert len(await rows(database, Submission)) == 1
    assert await rows(database, KeyedForm) == []


async def test_a_change_by_one_window_is_not_overwritten_by_an_older_one(
    database: Database, opened: OpenedRound
) -> None:
    await key(database, opened, ANNA, NONE)
    seen = await find(database, opened, ANNA)
    for changed, outcome in ((other("EFF01"), Outcome.KEPT), (other("EFF02"), Outcome.TAKEN)):
        form = keyed(**{changed.item: changed})
        assert await key_form(database, seen, form, keying(opened, ANNA, NONE), version=seen.version) is outcome
    newest = await find(database, opened, ANNA)
    assert newest.first is not None
    assert newest.first.answers["EFF01"] == other("EFF01")
    assert await send_form(database, seen, today=TODAY) is Outcome.TAKEN, "what is sent is what was looked over"


async def test_what_was_keyed_and_not_sent_can_be_thrown_away_and_keyed_anew(
    database: Database, opened: OpenedRound
) -> None:
    await key(database, opened, ANNA, NONE)
    for there in (True, False):
        thrown = await discard_form(database, opened.key(), opened.round_id, actor=ANNA, now=NOW)
        assert thrown is there
    assert await rows(database, KeyedForm) == []
    assert await key(database, opened, BRAM, NONE) is Outcome.KEPT
    actions = [row.action for row in await rows(database, AuditRecord)]
    assert actions == ["paper.keyed", "paper.discarded", "paper.keyed"]


async def test_the_code_says_why_nothing_can_be_keyed(
    database: Database, opened: OpenedRound, installation_settings: Settings
) -> None:
    elsewhere = await arrange_round(database, installation_settings, measurement="later")
    await fill_in(database, opened, 0, send=True)
    await refuse(database, opened.key(1), today=TODAY)
    versions = PublishedVersions(database)
    unknown = access_key(opened.settings.secret_key, opened.municipality, read_code(draw_code()) or "")
    faults = {
        opened.key(0): CodeFault.ANSWERED,
        opened.key(1): CodeFault.REFUSED,
        elsewhere.key(): CodeFault.OTHER_ROUND,
        unknown: CodeFault.UNKNOWN,
        AccessKey(ZWOLLE, opened.key(2).secret): CodeFault.UNKNOWN,
    }
    for one, fault in faults.items():
        assert await find_form(database, versions, one, opened.round_id, by=ANNA) is fault
    assert isinstance(await find_form(database, versions, opened.key(2), opened.round_id, by=ANNA), PaperForm)


async def test_late_paper_is_keyed_until_the_round_is_closed(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings, closes_on=date(2026, 11, 10))
    await key(database, opened, ANNA, NONE)
    form, other_form = await find(database, opened, ANNA), await find(database, opened, ANNA, 1)
    await close(database, opened)
    assert await send_form(database, form, today=TODAY) is Outcome.TAKEN
    assert await key_form(database, other_form, keyed(1), keying(opened, ANNA, NONE)) is CodeFault.NOT_IN_FIELD
    assert await rows(database, Submission) == []


async def test_paper_takes_the_place_of_what_was_begun_on_the_website(database: Database, opened: OpenedRound) -> None:
    await start(database, opened.key(), today=TODAY)
    assert (await find(database, opened, ANNA)).begun_on_web
    await key(database, opened, ANNA, NONE)
    await send_form(database, await find(database, opened, ANNA), today=TODAY)
    assert await rows(database, Draft) == []


async def test_of_two_codes_of_one_person_the_first_that_is_sent_counts(
    database: Database, opened: OpenedRound
) -> None:
    reminder = access_key(opened.settings.secret_key, opened.municipality, read_code(draw_code()) or "")
    async with tenant_transaction(database, opened.municipality) as session:
        session.add(
            SecondCode(
                municipality=opened.municipality,
                access_hash=reminder.access_hash,
                invitation_hash=opened.key().access_hash,
            )
        )
    versions = PublishedVersions(database)
    for one in (opened.key(), reminder):
        form = await find_form(database, versions, one, opened.round_id, by=ANNA)
        assert isinstance(form, PaperForm)
        await key_form(database, form, keyed(), keying(opened, ANNA, NONE))
    forms = [await find_form(database, versions, one, opened.round_id, by=ANNA) for one in (opened.key(), reminder)]
    sent = [await send_form(database, form, today=TODAY) for form in forms if isinstance(form, PaperForm)]
    assert sent == [Outcome.SENT, Outcome.TAKEN]
    assert len(await rows(database, Submission)) == 1


async def test_nothing_in_a_keyed_form_leads_to_an_invitation(database: Database, opened: OpenedRound) -> None:
    await key(database, opened, ANNA, ALL)
    await key(database, opened, BRAM, ALL, keyed(EFF01=other("EFF01")))
    [form] = await rows(database, KeyedForm)
    invitations = [row.model_dump() for row in await rows(database, Invitation)]
    own = {opened.key().access_hash, opened.key().draft_id, opened.key().secret, opened.key().pseudonym}
    assert [name for name in own if name in str(form.model_dump())] == []
    assert [one for one in invitations if form.id in str(one)] == []
    assert not KeyedForm.model_fields.keys() & {"client_id", "access_hash", "stratum"}


@pytest.mark.parametrize("promise", list(Promise))
async def test_nothing_is_left_of_a_form_that_was_sent(
    database: Database, installation_settings: Settings, promise: Promise
) -> None:
    opened = await arrange_round(database, installation_settings, promise=promise)
    await key(database, opened, ANNA, ALL)
    await key(database, opened, BRAM, ALL)
    assert await rows(database, KeyedForm) == []
    [sent] = await rows(database, Submission)
    assert sent.pseudonym == (opened.key().pseudonym if promise is Promise.PSEUDONYMOUS else None)
    every = [row.model_dump() for table in tables() if table is not Invitation for row in await rows(database, table)]
    names = [opened.key().keyed_form, opened.key().draft_id, opened.key().access_hash]
    assert [name for name in names if name in str(every)] == []


def tables() -> list[type[SQLModel]]:
    return [Submission, Draft, KeyedForm, KeyingTally, AuditRecord, Invitation]


async def test_uses_of_a_story_go_along_and_nobody_is_called_about_paper(
    database: Database, opened: OpenedRound
) -> None:
    told = Answer("VER01", 1, value="De hulp komt elke week.")
    uses = {"VER01": StoryConsent(("leren_intern", "terugbellen"))}
    await key(database, opened, ANNA, NONE, replace(keyed(VER01=told), consents=uses))
    await send_form(database, await find(database, opened, ANNA), today=TODAY)
    [sent] = await rows(database, Submission)
    assert sent.consents == {"VER01": {"given": ["leren_intern"], "withdrawn": []}}


def test_a_tenth_of_the_forms_is_keyed_twice_whoever_keys_them() -> None:
    secret = bytes(range(32))
    chosen = [needs_second(secret, f"{number:064x}") for number in range(4000)]
    assert 340 < sum(chosen) < 460  # binomial(4000, 0.1): 400, give or take more than three deviations of 19
    assert chosen == [needs_second(secret, f"{number:064x}") for number in range(4000)]
    assert chosen != [needs_second(bytes(32), f"{number:064x}") for number in range(4000)]


def words(text: str) -> Keyed:
    return keyed(VER01=Answer("VER01", 1, value=text))


@pytest.mark.parametrize(
    ("first", "second", "differing"),
    [
        (keyed(), keyed(), ()),
        (keyed(), keyed(EFF01=other("EFF01")), ("EFF01",)),
        (keyed(), keyed(EFF01=Answer("EFF01", 1, missing=Missing.SKIPPED)), ("EFF01",)),
        (words("Goede hulp, elke week!"), words("goede hulp elke  week"), ()),
        (words("Goede hulp."), words("Geen hulp."), ("VER01",)),
        (
            words("Goede hulp."),
            replace(words("Goede hulp."), consents={"VER01": StoryConsent(("leren_intern",))}),
            ("VER01",),
        ),
        (words("Goede hulp."), replace(words("Goede hulp."), consents={"VER01": StoryConsent()}), ()),
    ],
)
def test_two_keyings_differ_where_the_paper_has_to_decide(
    first: Keyed, second: Keyed, differing: tuple[str, ...]
) -> None:
    for one, two in ((first, second), (second, first)):
        assert compare(wmo_core(), one, two).differing == differing


def test_what_was_open_in_both_is_not_compared() -> None:
    blank = {"EFF01": Answer("EFF01", 1, missing=Missing.SKIPPED)}
    marked = replace(keyed(**blank), marks={"EFF01": Mark.UNCLEAR})
    assert "EFF01" not in compare(wmo_core(), marked, keyed(**blank)).items
    assert compare(wmo_core(), keyed(**blank), keyed()) == Compared(
        tuple(item for item, answer in simulated(0).items() if answer.missing is not Missing.SKIPPED), ("EFF01",)
    )


def test_settling_takes_answer_mark_and_uses_of_what_differed_and_nothing_else() -> None:
    first = replace(words("Een"), consents={"VER01": StoryConsent(("leren_intern",))}, marks={"EFF02": Mark.SEVERAL})
    blank = Answer("EFF01", 1, missing=Missing.SKIPPED)
    chosen = replace(words("Twee"), marks={"EFF01": Mark.UNCLEAR}, answers={**words("Twee").answers, "EFF01": blank})
    settled = settle(first, chosen, ("VER01", "EFF01"))
    assert settled.answers == {**first.answers, "VER01": chosen.answers["VER01"], "EFF01": blank}
    assert settled.consents == {}
    assert settled.marks == {"EFF01": Mark.UNCLEAR, "EFF02": Mark.SEVERAL}


def test_a_keying_comes_back_from_the_database_as_it_was() -> None:
    form = replace(keyed(), marks={"EFF01": Mark.SEVERAL}, consents={"VER01": StoryConsent(("delen_anoniem",))})
    assert keyed_from_json(keyed_to_json(form)) == form
    assert route(wmo_core(), keyed_from_json(keyed_to_json(form)).answers) == route(wmo_core(), form.answers)


CODE = "BCDF-GHJK-3467"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("bcdf ghjk 3467", CODE),
        (f"https://ceo.example/GM0344/code/{CODE}-{CODE}", CODE),
        (f"https://ceo.example/GM0193/code/{CODE}-{CODE}", CodeFault.OTHER_MUNICIPALITY),
        (f"{CODE}/2/nl.ceo.wmo@2 sha256:0123456789abcdef", CODE),
        (f"CEO1;{CODE};1;wmo@2", CODE),
        (" ", CodeFault.EMPTY),
        ("BCDF", CodeFault.UNREADABLE),
        ("x" * 2000, CodeFault.UNREADABLE),
    ],
)
def test_a_code_is_read_from_what_is_typed_or_scanned(typed: str, found: str | CodeFault) -> None:
    assert read_typed(bytes(32), "GM0344", typed) == found
