"""Who reads every page of the cycle, as anybody there is, cannot work out how few people stand behind a number that is not shown.

One municipality has all of it: a round that went on, with a month that is shown and a tail of a few, a results page and a release of
the same answers; groups by provider and activities of which one is small; and stories with a code that few have.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import pytest
from activities_world import add_partner, by_provider, crowd, sealed_round
from arrangements import TODAY, UTRECHT, arrange_round, hand_in
from installation import as_owner, settings_of_copy
from sqlmodel import col, delete, select
from web.cycle_attack import Attacker, Shown, Table
from web.reading import Resident
from web.running import Site, lent, started
from web.staffing import add_staff, signed_in_browser, staff_browser

from analysis.disclosure.ledger import ItemRecord, Ledger
from analysis.policy import shipped_policy
from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.following import SeriesEdition
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release
from ceo.storage.rounds import Round, RoundDesign, RoundStage
from ceo.storage.story_reading import StoryCode, StoryCoding, StoryReading
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.ending.months import queue_months
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.releases.deciding import By, Looked, ReleaseDecided, publish_release, sign_round
from ceo.workflows.releases.files import BESIDE, LEDGER_AFTER, read_release_file
from ceo.workflows.releases.making import gather_input, make_asked
from ceo.workflows.releases.proposal import Proposal
from ceo.workflows.releases.proposing import Proposed, propose, sealed_rounds
from ceo.workflows.releases.verifying import verify_release
from ceo.workflows.results.editions import make_editions
from ceo.workflows.results.reporting import Made, Measurement, make_reports
from ceo.workflows.rights import Role
from ceo.workflows.rounds.design import Design, Moment
from ceo.workflows.stories.told import story_id_of
from questionnaires.codebook import build_codebook
from questionnaires.loading import load_shipped
from questionnaires.publishing import publish

pytestmark = pytest.mark.anyio

MEASUREMENT: Final = "wmo-door"
LATER: Final = datetime(2026, 12, 8, 12, tzinfo=UTC)
OWNER: Final = By(UTRECHT, "7", LATER)
RELEASE: Final = Proposal(
    name="wmo-door", measurement=MEASUREMENT, title="Doorlopend", population="Cliënten", publisher="CEO", divisions=()
)
POLICY: Final = shipped_policy("municipality")
EVERYBODY: Final = (UTRECHT, "", "")
MONTHS: Final = {"november 2026": "2026-11", "december 2026": "2026-12"}
MANY, FEW = 40, 11
PROVIDERS: Final = [*crowd(0, 40, "Zorg BV", 0, 1, 3), *crowd(50, 30, "Thuis", 2, 3, 4), *crowd(90, 6, "Klein", 1, 4)]
BEFORE: Final = [*crowd(0, 30, "Training", 0, 1, 3), *crowd(100, 14, "Maatje", 1, 2, 4), *crowd(200, 6, "Koken", 2, 3)]
AFTER: Final = [(name, group, min(step + 1 + place % 2, 4)) for place, (name, group, step) in enumerate(BEFORE)]
STORIES: Final = 12
UTRECHT_ALONE: Final = {None, "Utrecht", "Alle gemeenten samen", "Alle deelnemende gemeenten"}
CODES: Final = {"Vaak": 11, "Zelden": 4}
CODEBOOK: Final = build_codebook(publish(load_shipped("wmo@1")))
# What pages call a question or a score.
SUBJECTS: Final = {
    **{name: one.item for one in CODEBOOK.variables for name in (one.title, one.label)},
    **{one.title: one.composite for one in CODEBOOK.composites},
}


# By role and address.
Seen: TypeAlias = dict[tuple[str, str], Shown]


@dataclass(frozen=True)
class Town:
    """The municipality, its rounds, and who looks: a browser by role, "" for a visitor."""

    site: Site
    continuous: int
    providers: int
    browsers: Mapping[str, Resident]

    @property
    def database(self) -> Database:
        return self.site.database

    @property
    def municipal(self) -> list[str]:
        """The pages of the cycle with numbers, for who works there."""
        items = ("KWA01", "TOE03")
        series, mirror = "volgen/nl.ceo.wmo", "spiegelen/nl.ceo.wmo"
        pages = (
            "volgen",
            f"{series}/month",
            "spiegelen",
            mirror,
            "raad",
            "leren",
            "leren/gesprek/nieuw",
            "activiteiten",
        )
        return [
            f"/werk/{UTRECHT}/{page}"
            for page in (
                *pages,
                *(f"{series}/month/{item}" for item in items),
                *(f"{mirror}/{item}" for item in items),
                f"resultaten/{MEASUREMENT}",
                "activiteiten/reeksen/reeks",
                f"activiteiten/metingen/{self.providers}",
                f"verhalen/{self.continuous}/patroon",
            )
        ]

    @property
    def of_partners(self) -> dict[str, str]:
        """The pages of a partner, with those on which the municipality has the same."""
        work = f"/werk/{UTRECHT}"
        pages = ("reeksen/reeks", f"metingen/{self.providers}")
        return {f"{work}/eigen-activiteiten/{page}": f"{work}/activiteiten/{page}" for page in pages}

    @property
    def open_to_all(self) -> list[str]:
        """The pages of the same answers without signing in."""
        edition = f"/cijfers/{RELEASE.name}/1"
        items = ("TOE03", "KWA01")
        return [
            f"/{UTRECHT}/resultaten/{MEASUREMENT}",
            f"/{UTRECHT}/wat-wij-deden",
            f"{edition}/gemeente/{UTRECHT}",
            f"{edition}/gemeente/{UTRECHT}/rapport",
            *(f"{edition}/{item}" for item in items),
        ]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("cycle on sqlite")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("cycle on postgresql")),
    ],
)
def town_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_of_copy(request, tmp_path_factory.mktemp("cycle"))


@pytest.fixture(scope="module")
async def town(town_settings: Settings) -> AsyncIterator[Town]:
    with lent(town_settings) as app:
        async with started(app):
            site = Site(app, town_settings, iter(()))
            continuous = await a_month_of_many_and_one_of_few(site)
            await a_release_and_a_page(site)
            await told_stories(site, continuous)
            await sealed_round(site.database, town_settings, UTRECHT, "t0", BEFORE, wave=0)
            await sealed_round(site.database, town_settings, UTRECHT, "t1", AFTER, wave=1)
            of = await sealed_round(site.database, town_settings, UTRECHT, "groepen", PROVIDERS, design=by_provider())
            partner = await add_partner(site.database, UTRECHT, "Zorg BV", "Training")
            browsers = {
                Role.OWNER: await staff_browser(site, {UTRECHT: Role.OWNER}),
                Role.REGIONAL: await staff_browser(site, {UTRECHT: Role.REGIONAL}),
                Role.PARTNER: await signed_in_browser(site, partner),
                Role.NATIONAL_EDITOR: await staff_browser(site, {NATIONAL: Role.NATIONAL_EDITOR}),
                "": site.browser(),
            }
            yield Town(site, continuous, of.round_id, browsers)


@pytest.fixture(scope="module")
async def seen(town: Town) -> Seen:
    return await everything(town)


async def a_month_of_many_and_one_of_few(site: Site) -> int:
    """Seal a month while the round goes on, and the rest with the round; return the round."""
    opened = await arrange_round(
        site.database, site.settings, measurement=MEASUREMENT, invited={"Begeleiding": MANY + FEW}
    )
    document = Design(moment=Moment.CONTINUOUS).model_dump(mode="json")
    async with tenant_transaction(site.database, UTRECHT) as session:
        session.add(RoundDesign(municipality=UTRECHT, round_id=opened.round_id, document=document))
    await hand_in(site.database, opened, MANY)
    await queue_months(site.database, today=LATER.date(), now=LATER)
    await work_off(site.database, site.settings, clock=lambda: LATER)
    await hand_in(site.database, opened, FEW, first=MANY, day=TODAY.replace(month=12))
    async with tenant_transaction(site.database, UTRECHT) as session:
        (await session.get_one(Round, opened.round_id)).stage = RoundStage.CLOSED.value
        await queue_job(session, JobKind.SEAL_ROUND, actor="test", now=LATER, round_id=opened.round_id)
    await work_off(site.database, site.settings, clock=lambda: LATER)
    async with as_owner(site.database) as connection:  # as before a worker came to the last month
        await connection.execute(delete(SeriesEdition).where(col(SeriesEdition.number) > 1))
    return opened.round_id


async def a_release_and_a_page(site: Site) -> None:
    """Publish a release of the municipality's own, and then make the results page of the same answers."""
    assert isinstance(await propose(site.database, RELEASE, place=UTRECHT, actor="7", now=LATER), Proposed)
    await make_asked(site.database, site.settings, clock=lambda: LATER)
    async with reading_across(site.database) as session:
        looked = Looked(RELEASE.name, 1, (await session.get_one(Release, (RELEASE.name, 1))).digest)
    assert await sign_round(site.database, looked, OWNER) is ReleaseDecided.DONE
    assert await publish_release(site.database, looked, OWNER) is ReleaseDecided.DONE
    assert await make_editions(site.database, MEASUREMENT, make, today=TODAY) == 2


async def make(measurement: Measurement) -> Made:
    return await asyncio.to_thread(make_reports, measurement)


async def told_stories(site: Site, round_id: int) -> None:
    """Let some tell a story, and a reader give codes."""
    reader = await add_staff(site.database, {UTRECHT: Role.ANALYST})
    codes = {name: uuid.uuid4().hex for name in CODES}
    async with tenant_transaction(site.database, UTRECHT) as session:
        own = select(Submission).where(col(Submission.round_id) == round_id).order_by(col(Submission.id))
        rows = (await session.exec(own.limit(STORIES))).all()
        session.add_all(StoryCode(municipality=UTRECHT, id=code, name=name) for name, code in codes.items())
        for row in rows:
            row.answers = {**row.answers, "VER01": {"version": 1, "value": "Het ging goed."}}
            row.consents = {"VER01": {"given": ["leren_intern"], "withdrawn": []}}
            story: dict[str, Any] = {"round_id": round_id, "submission_id": row.id, "item": "VER01", "state": "decided"}
            session.add(StoryReading(municipality=UTRECHT, id=story_id_of(row.id, "VER01"), **story))
        await session.flush()
        for place, row in enumerate(rows):
            given = [code for name, code in codes.items() if place < CODES[name]] or [""]
            story_id = story_id_of(row.id, "VER01")
            session.add_all(
                StoryCoding(municipality=UTRECHT, reading_id=story_id, reader=reader, code=code) for code in given
            )


async def test_a_release_of_a_round_that_went_on_hides_what_it_would_give_away_together_with_the_months(
    town: Town,
) -> None:
    """Of a question that few got in the last month, the release minus the month that is shown is those few."""
    content = await read_release_file(town.database, RELEASE.name, 1, LEDGER_AFTER)
    # Months are no part of what the measurement has shown.
    (release,) = Ledger.model_validate_json(content or b"").releases
    whole = {record.item: of_place(record, EVERYBODY) for record in release.items}
    given_away = {item for item, its in (await months_in_series(town)).items() if 0 < its["2026-12"][0] < POLICY.floor}
    assert len(given_away) > 1
    assert {item for item, (n, seen) in whole.items() if n > MANY / 2 and not seen} == given_away
    assert not any(of_place(record, ("", "", ""))[1] for record in release.items if record.item in given_away)

    verified = await verify_release(town.database, town.site.settings, RELEASE.name, 1)
    assert verified is not None
    assert verified.equal, verified
    async with reading_across(town.database) as session:
        row = await session.get_one(Release, (RELEASE.name, 1))
    rounds = await sealed_rounds(town.database, MEASUREMENT)
    now = await gather_input(town.database, town.site.settings, row, rounds)
    assert now.beside() == await read_release_file(town.database, RELEASE.name, 1, BESIDE)
    # Editions of before the months went in hold none, and follow from none.
    document = json.loads(now.beside())
    assert document.pop("months")
    older = now.with_beside(json.dumps(document).encode())
    assert older.months == ()
    assert json.loads(older.beside()) == document


async def test_who_reads_every_page_as_everybody_cannot_work_out_how_few_answered_in_a_month(
    town: Town, seen: Seen
) -> None:
    months = await months_in_series(town)
    attacked = 0
    for item, its in months.items():
        attacker = Attacker()
        attacker.learn([*MONTHS.values()], MANY + FEW / 2, off=MANY + FEW / 2)  # everybody may know how many there were
        attacker.learn(["2026-12"], FEW / 2, off=FEW / 2)
        told = [one for page in seen.values() for table in page.tables for one in told_in(table) if one[0] == item]
        for _, cells, n, off in told:
            attacker.learn(cells, n, off=off)
        if 0 < its["2026-12"][0] < POLICY.floor:
            assert told, "the month of many is shown"
            assert attacker.width("2026-12") >= POLICY.width, (item, told)
            attacker.learn([*MONTHS.values()], sum(n for n, _ in its.values()))
            assert attacker.width("2026-12") == 0, "the attacker would find it"
            attacked += 1
    assert attacked > 1


async def test_nobody_is_told_another_number_than_the_municipality_and_no_page_tells_of_a_few(
    town: Town, seen: Seen
) -> None:
    own = {address: page for (role, address), page in seen.items() if role == Role.OWNER}
    assert set(town.municipal) <= set(own)
    for (role, address), page in seen.items():
        same = own.get(town.of_partners.get(address, address))
        if same is not None:
            assert page.numbers <= same.numbers, (role, address, page.numbers - same.numbers)
        assert not {n for n in page.people if 0 < n < POLICY.floor}, (role, address, page.text)
    assert {role for role, address in seen if address in town.municipal} == {Role.OWNER, Role.REGIONAL}
    assert {role for role, address in seen if address in town.of_partners} == {Role.PARTNER}
    pattern = own[f"/werk/{UTRECHT}/verhalen/{town.continuous}/patroon"].text
    assert f"{CODES['Vaak']} van de {STORIES} verhalen" in pattern
    assert f"{CODES['Zelden']} van" not in pattern


async def test_of_a_small_group_or_activity_neither_the_people_nor_their_answers_can_be_worked_out(seen: Seen) -> None:
    pages = [page for (_, address), page in seen.items() if "/activiteiten/" in address or "/eigen-" in address]
    sizes = {group: sum(one[1] == group for one in PROVIDERS) for _, group, _ in PROVIDERS}
    lines = {line for page in pages for line in shares_of_groups(page)}
    assert lines, "there is a group that is shown"
    assert "Klein" not in {group for group, *_ in lines}
    for subject in {subject for _, subject, *_ in lines}:
        attacker = Attacker()
        for group, size in sizes.items():
            attacker.learn([group], size / 2, off=size / 2)
        for group, about, share, whole in lines:
            if about == subject:
                attacker.learn([group], sizes[group] * share / 100, off=sizes[group] / 200)
                if whole is not None:
                    attacker.learn([*sizes], sum(sizes.values()) * whole / 100, off=sum(sizes.values()) / 200)
        assert attacker.width("Klein") >= POLICY.width, (subject, lines)
    pairs = {(table.about, n) for page in pages for table in page.tables for _, n in table.told("Mensen")}
    assert {about for about, _ in pairs if "Training" in about}
    assert not {about for about, _ in pairs if "Koken" in about or "samen" in about}


async def everything(town: Town) -> Seen:
    """Let everybody ask for every page; return what is shown, by role and address. The owner shares a group first."""
    owner = town.browsers[Role.OWNER]
    await owner.open(f"/werk/{UTRECHT}/activiteiten/metingen/{town.providers}")
    await owner.press("Deel met deze partner: Zorg BV")
    seen: Seen = {}
    for role, browser in town.browsers.items():
        # What is open to all is the same for everybody: nobody is signed in there.
        for address in (*town.municipal, *town.of_partners, *(() if role else town.open_to_all)):
            answer = await browser.client.get(address, follow_redirects=True)
            if answer.status_code == 200 and answer.url.path == address:
                seen[role, address] = Shown(answer.text)
    return seen


def told_in(table: Table) -> Iterator[tuple[str, list[str], int, float]]:
    """Yield what a table tells of how many answered: the question, the months whose sum it is, the number, and how far off it may be."""
    for cells, n in table.told("Antwoorden"):
        first = next(iter(cells.values())).removesuffix("Score van 0 tot 100").strip()
        subject = next((item for words, item in SUBJECTS.items() if words in {first, cells.get("Ervaring")}), None)
        subject = subject or next((item for words, item in SUBJECTS.items() if words in table.about), None)
        # In this measurement there is no other municipality, so all together is this one.
        if subject is None or "Groep" in cells or not {cells.get("Gemeente"), cells.get("Wie")} <= UTRECHT_ALONE:
            continue
        month = MONTHS.get(cells.get("Periode", ""))
        # Releases round to fives.
        yield subject, [month] if month else [*MONTHS.values()], n, 0 if month or n % 5 else 2


def shares_of_groups(page: Shown) -> Iterator[tuple[str, str, float, float | None]]:
    """Yield the shares on a page of figures by group: the group, the question, its share, and that of the whole municipality if told."""
    for table in page.tables:
        group = next((name for _, name, _ in PROVIDERS if f"{name}: cijfers" in table.about), None)
        for cells in (dict(zip(table.rows[0], row, strict=False)) for row in table.rows[1:] if group):
            own, whole = (leading_percentage(cells.get(name, "")) for name in ("Deze groep", "Hele gemeente"))
            if own is not None and group is not None:
                yield group, cells["Onderwerp"], own, whole


def leading_percentage(words: str) -> float | None:
    number, _, rest = words.partition(" ")
    return float(number.replace(",", ".")) if rest.startswith("%") else None


async def months_in_series(town: Town) -> dict[str, dict[str, tuple[int, bool]]]:
    """Return by question how many answered in each month, and whether that is shown: the truth."""
    async with tenant_reading(town.database, UTRECHT) as session:
        rows = await session.exec(select(SeriesEdition).where(col(SeriesEdition.number) == 2))
        [ledger] = [row.ledger for row in rows if row.grain == "month"]
    release = Ledger.model_validate_json(ledger).releases[-1]
    return {
        record.item: {one.place[0]: (one.respondents, one.shown) for one in record.ways[0] if one.place[0]}
        for record in release.items
        if record.item
    }


def of_place(record: ItemRecord, place: tuple[str, str, str]) -> tuple[int, bool]:
    [found] = [one for one in record.ways[0] if one.place == place]
    return found.respondents, found.shown
