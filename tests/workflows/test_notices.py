"""What staff are told by themselves: who, once, with the reason and a way to stop it; and the daily mail, taken by a real mail server."""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, arrange_round
from mail_server import Mailbox, open_mailbox
from signing import NOW
from sqlmodel import col, delete, select, update
from web.counting import counted_statements
from web.staffing import add_staff

from analysis.results import Measure
from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.dialogues import Action, PlannedStep, Term
from ceo.storage.following import Antenna, SeriesEdition
from ceo.storage.notices import Notice
from ceo.storage.people import NATIONAL, Membership, User
from ceo.storage.releases import Release, ReleaseRound
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.storage.together import AnswerToQuestion, OpenQuestion, Theme
from ceo.workflows.audit.recording import record
from ceo.workflows.following.series import Figure, Grain, IndicatorSeries, Point, Series, Watch
from ceo.workflows.learning.actions import ActionState
from ceo.workflows.notices.digests import mail_digests
from ceo.workflows.notices.kinds import NoticeKind
from ceo.workflows.notices.making import make_notices
from ceo.workflows.notices.reading import Choice, keep_choices, mark_seen, read_choices, unseen_in
from ceo.workflows.notices.stopping import PATH, kind_of_link, stop_mail
from ceo.workflows.rights import Role, Staff
from ceo.workflows.staff.signed_in import staff_of
from questionnaires.scales import Polarity

pytestmark = pytest.mark.anyio

CORE, INDICATOR = "nl.ceo.wmo", "wmo_toegang"
SECRET = "Fatma de Zeeuw"  # a name that somebody typed where it should not be


async def action(database: Database, due_on: date, *, state: str = ActionState.OPEN, place: str = UTRECHT) -> str:
    made = uuid.uuid4().hex
    async with tenant_transaction(database, place) as session:
        session.add(
            Action(
                municipality=place, id=made, title=SECRET, owner=SECRET, due_on=due_on, state=state, made_by="7f",
                made_at=NOW,
            )
        )  # fmt: skip
    return made


async def everything(database: Database, settings: Settings, asker: str) -> None:
    """One of each thing that staff of Utrecht are told of, and beside each one that nobody is told of."""
    ends: dict[str, Any] = {"opens_on": TODAY - timedelta(days=9), "closes_on": TODAY + timedelta(days=6)}
    opened = await arrange_round(database, settings, **ends)
    await arrange_round(
        database, settings, measurement="wmo-later", opens_on=TODAY, closes_on=TODAY + timedelta(days=9)
    )
    await action(database, TODAY + timedelta(days=7))
    await action(database, TODAY + timedelta(days=8))
    await action(database, TODAY, state=ActionState.DONE)
    async with shared_transaction(database) as session:
        session.add(Theme(id="toegang", name="Toegang"))
    async with tenant_transaction(database, UTRECHT) as session:
        own: dict[str, Any] = {"municipality": UTRECHT}
        session.add(Term(**own, id="t", title="Periode", begins_on=TODAY, ends_on=TODAY + timedelta(days=1400)))
        await session.flush()
        for name, days in (("near", 14), ("far", 15)):
            day = TODAY + timedelta(days=days)
            session.add(PlannedStep(**own, id=name, term_id="t", kind="measure", title=SECRET, day=day, remind_days=14))
        points = tuple(
            Point(
                name=name,
                first_day=TODAY,
                last_day=TODAY,
                piece=0,
                figure=Figure(value=5, low=4, high=6, respondents=40),
            )
            for name in ("2026-09", "2026-10")
        )
        watch = Watch(periods=("2026-09", "2026-10"), signals=(("2026-10", "above"),))
        facts: dict[str, Any] = {
            "title": "Toegang",
            "measure": Measure.SCORE,
            "polarity": Polarity.POSITIVE,
            "points": points,
        }
        indicators = tuple(
            IndicatorSeries(indicator=name, watch=watch, **facts) for name in (INDICATOR, "wmo_kwaliteit")
        )
        series = Series(
            core=CORE, title="Wmo", grain=Grain.MONTH, number=1, made_on=TODAY, simulated=False, rolling_periods=3,
            indicators=indicators,
        )  # fmt: skip
        session.add(
            SeriesEdition(
                **own, core=CORE, grain=Grain.MONTH.value, number=1, made_on=TODAY, until="2026-10", title="Wmo",
                simulated=False, made_from="sha256:0", document=series.model_dump(mode="json"), ledger="{}",
            )
        )  # fmt: skip
        for quotes in (2, 0):
            await record(
                session, UTRECHT, actor="teller", action="story.permission-withdrawn", object_kind="round",
                object_id="12", after={"stories": 1, "quotes": quotes, "cases": 0}, now=NOW,
            )  # fmt: skip
        session.add(
            OpenQuestion(
                **own, id="q1", theme="toegang", title=SECRET, text="", state="open", asked_by=asker, asked_on=TODAY
            )
        )
    async with shared_transaction(database) as session:
        session.add(Antenna(place=NATIONAL, core=CORE, indicator=INDICATOR, chosen_by="7f", chosen_on=TODAY))
        release: dict[str, Any] = {
            "edition": 1,
            "place": NATIONAL,
            "measurement": "wmo-2026",
            "plan": {},
            "proposed_by": "7f",
        }
        for name, digest in (("made", "sha256:1"), ("unmade", "")):
            session.add(Release(name=name, title="Wmo landelijk", proposed_at=NOW, digest=digest, **release))
    async with tenant_transaction(database, UTRECHT) as session:
        for name in ("made", "unmade"):
            session.add(
                ReleaseRound(municipality=UTRECHT, release=name, edition=1, round_id=opened.round_id, snapshot="s")
            )
    async with tenant_transaction(database, ZWOLLE) as session:
        given: dict[str, Any] = {"place": ZWOLLE, "question_id": "q1", "text": SECRET, "given_on": TODAY}
        session.add(AnswerToQuestion(**given, id="a1", given_by="somebody"))


async def told(database: Database) -> dict[str, list[str]]:
    """The kinds of notices by person."""
    found: dict[str, list[str]] = {}
    async with reading_across(database) as session:
        for row in await session.exec(select(Notice).order_by(col(Notice.kind))):
            found.setdefault(row.user_id, []).append(row.kind)
            assert SECRET not in str(row.model_dump())
    return found


async def staff(database: Database, user_id: str) -> Staff:
    async with reading_across(database) as session:
        user = await session.get_one(User, user_id)
        members = (await session.exec(select(Membership).where(col(Membership.user_id) == user_id))).all()
    return staff_of(user, members)


async def test_everybody_is_told_once_of_what_they_can_do_something_about(
    database: Database, installation_settings: Settings
) -> None:
    people = {
        role: await add_staff(database, {UTRECHT: role})
        for role in (Role.OWNER, Role.EDITOR, Role.FIELDWORKER, Role.READER, Role.PARTNER, Role.REGIONAL)
    }
    elsewhere = await add_staff(database, {ZWOLLE: Role.OWNER})
    await everything(database, installation_settings, people[Role.EDITOR])
    for _ in range(2):
        await make_notices(database, today=TODAY, now=NOW)
    cycle = ["action-due", "signal", "step-soon"]
    assert await told(database) == {
        people[Role.OWNER]: sorted([*cycle, "release-waits", "round-ends", "story-withdrawn"]),
        people[Role.EDITOR]: sorted([*cycle, "question-answered"]),
        people[Role.FIELDWORKER]: ["round-ends"],
        people[Role.REGIONAL]: ["round-ends"],
    }
    assert elsewhere not in await told(database)
    # An action is told of once more when its day has passed. What was far is near now: an action, a step and the end of a round.
    before = len((await told(database))[people[Role.OWNER]])
    await make_notices(database, today=TODAY + timedelta(days=8), now=NOW)
    kinds = (await told(database))[people[Role.OWNER]]
    assert kinds.count("action-due") == 3
    assert len(kinds) == before + 4


async def test_many_things_cost_no_more_queries(database: Database, installation_settings: Settings) -> None:
    await add_staff(database, {UTRECHT: Role.OWNER})
    await everything(database, installation_settings, "nobody")
    with counted_statements(database) as few:
        await make_notices(database, today=TODAY, now=NOW)
    for days in range(20):
        await action(database, TODAY - timedelta(days=days), place=UTRECHT)
    with counted_statements(database) as many:
        await make_notices(database, today=TODAY, now=NOW)
    assert len(many) == len(few) > 8


async def test_what_somebody_chose_counts_for_pages_and_mail_and_seen_is_seen(
    database: Database, installation_settings: Settings
) -> None:
    user_id = await add_staff(database, {UTRECHT: Role.OWNER})
    person = await staff(database, user_id)
    await everything(database, installation_settings, "nobody")
    assert len(await read_choices(database, person)) == len(NoticeKind)
    assert await read_choices(database, await staff(database, await add_staff(database, {UTRECHT: Role.READER}))) == ()
    chosen = [Choice(NoticeKind.SIGNAL, shown=False), Choice(NoticeKind.STEP_SOON, shown=False, mailed=False)]
    await keep_choices(database, person, chosen)
    await keep_choices(database, person, [*chosen, Choice(NoticeKind.ACTION_DUE)])
    await make_notices(database, today=TODAY, now=NOW)
    listed = await unseen_in(database, person, UTRECHT)
    # Rounds that end and releases that wait stand on the first page anyhow.
    assert {one.kind for one in listed} == {NoticeKind.ACTION_DUE, NoticeKind.STORY_WITHDRAWN}
    assert "step-soon" not in (await told(database))[user_id]
    assert "signal" in (await told(database))[user_id]
    other = await add_staff(database, {UTRECHT: Role.OWNER})
    await mark_seen(database, other, [one.id for one in listed], today=TODAY)
    assert await unseen_in(database, person, UTRECHT) == listed
    await mark_seen(database, user_id, [one.id for one in listed], today=TODAY)
    assert await unseen_in(database, person, UTRECHT) == ()


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with open_mailbox() as opened:
        yield opened


async def test_a_day_brings_one_mail_that_says_what_and_where_and_how_to_stop_it(
    database: Database, installation_settings: Settings, mailbox: Mailbox
) -> None:
    settings = dataclasses.replace(installation_settings, mail=mailbox.server)
    owner = await add_staff(database, {UTRECHT: Role.OWNER, ZWOLLE: Role.OWNER}, language="en", name="Eva")
    gone = await add_staff(database, {UTRECHT: Role.OWNER}, name="Weg")
    moved = await add_staff(database, {UTRECHT: Role.OWNER}, name="Verhuisd")
    await everything(database, settings, "nobody")
    made = await action(database, TODAY, place=ZWOLLE)
    await make_notices(database, today=TODAY, now=NOW)
    async with shared_transaction(database) as session:
        await session.exec(update(User).where(col(User.id) == gone).values(disabled=True))
        await session.exec(delete(Membership).where(col(Membership.user_id) == moved))
    mailbox.refuses = True
    assert await mail_digests(database, settings, today=TODAY) == 0
    mailbox.refuses = False
    assert await mail_digests(database, settings, today=TODAY) == 0, "once a day"
    assert await mail_digests(database, settings, today=TODAY + timedelta(days=1)) == 1
    assert await mail_digests(database, settings, today=TODAY + timedelta(days=2)) == 0, "nothing is new"
    [mail] = mailbox.mails
    text = mail.get_content().replace("\r\n", "\n")
    assert mail["To"] == f"{owner[:8]}@voorbeeld.nl"
    assert "Utrecht\n" in text
    assert f"{settings.base_url}/werk/{ZWOLLE}/leren/actie/{made}" in text
    assert "An antenna gives a signal." in text
    for private in (SECRET, "Toegang", "Wmo", "2026-10"):
        assert private not in text
    # The link needs no signing in, and stops one kind for this person only.
    links = re.findall(re.escape(settings.base_url + PATH) + r"(\S+)", text)
    found = {kind_of_link(settings.secret_key, token) for token in links}
    assert (owner, NoticeKind.SIGNAL) in found
    assert {user_id for user_id, _ in filter(None, found)} == {owner}
    token = next(one for one in links if one.endswith("action-due"))
    for forged in (token.replace("action-due", "signal"), f"{uuid.uuid4().hex}{token[32:]}", token[:-1], "", "é" * 90):
        assert kind_of_link(settings.secret_key, forged) is None
    await action(database, TODAY + timedelta(days=2))
    await make_notices(database, today=TODAY + timedelta(days=3), now=NOW)
    for _ in range(2):
        await stop_mail(database, owner, NoticeKind.ACTION_DUE)
    # A step and a round are near now; of actions nothing is said.
    assert await mail_digests(database, settings, today=TODAY + timedelta(days=3)) == 1
    assert "A round closes soon." in (last := mailbox.mails[-1].get_content())
    assert "action" not in last
    person = await staff(database, owner)
    choices = {one.kind: one for one in await read_choices(database, person)}
    assert choices[NoticeKind.ACTION_DUE] == Choice(NoticeKind.ACTION_DUE, shown=True, mailed=False)
    await stop_mail(database, "0" * 32, NoticeKind.ACTION_DUE)
    assert await mail_digests(database, installation_settings, today=TODAY + timedelta(days=9)) == 0, "no mail server"
