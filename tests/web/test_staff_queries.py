"""No page of the workplace asks more of the database when there is more in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

import pytest
from arrangements import OpenedRound, arrange_round
from made_lists import made_list, written_csv
from many_clients import PRODUCTS, add_people, stand_in_field
from sqlmodel import insert, select
from web.counting import counted_statements
from web.isolation import staff_routes
from web.reading import Resident
from web.running import Site
from web.staffing import add_staff, signed_in_browser, staff_browser

from ceo.clock import dutch_day, now
from ceo.storage.clients import ProductCode
from ceo.storage.jobs import Job, JobState
from ceo.storage.kept_files import FilePurpose
from ceo.storage.paper import KeyedForm, KeyingTally
from ceo.storage.people import NATIONAL, Membership
from ceo.storage.rounds import Promise, Round
from ceo.storage.tenancy import shared_transaction, tenant_reading, tenant_transaction
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.kept_files.keeping import FileFacts, add_file
from ceo.workflows.rights import Role
from ceo.workflows.rounds.design import Step

pytestmark = pytest.mark.anyio

OWN = "GM0344"
ROUNDS = 1000


# One letter or form, drawn: nothing on it depends on how many there are.
DRAWINGS = ("voorbeeld", "plaatsen")


def addresses(site: Site, values: Mapping[str, str], *, beginning: str = "/werk") -> list[str]:
    """Return the addresses of pages whose parameters all have a value."""
    routes = [route for route in staff_routes(site.app) if route.method == "GET" and values.keys() >= {*route.names}]
    found = {route.address(values) for route in routes if not route.path.endswith(DRAWINGS)}
    return sorted(address for address in found if address.startswith(beginning))


async def questions(
    site: Site, browser: Resident, pages: Iterable[str], known: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Return how many statements each page sends that is shown to this person. `known`: what was found before."""
    asked: dict[str, int] = {}
    for path in pages:
        if known is None:
            await browser.client.get(path)  # what is opened once and kept is not counted
        for _ in range(2):  # the smaller one: now and then something is looked for in the background
            with counted_statements(site.database) as statements:
                answer = await browser.client.get(path)
            if answer.status_code == 200:
                asked[path] = min(asked.get(path, len(statements)), len(statements))
            if known is not None and asked.get(path) == known.get(path):
                break
    return asked


async def test_a_thousand_rounds_and_all_municipalities_cost_no_more_statements(own_site: Site) -> None:
    site = own_site
    await arrange_round(site.database, site.settings, municipality=OWN, closes_on=dutch_day() + timedelta(days=9))
    user_id = await add_staff(site.database, {OWN: Role.OWNER, NATIONAL: Role.NATIONAL_EDITOR})
    browser = await signed_in_browser(site, user_id)
    pages = addresses(site, {"municipality_code": OWN})
    before = await questions(site, browser, pages)
    async with tenant_reading(site.database, OWN) as session:
        content_hash = (await session.exec(select(Round.questionnaire_hash))).one()
    async with shared_transaction(site.database) as session:
        others = [code for code in site.installation.municipalities if code != OWN]
        rows = [{"user_id": user_id, "place": code, "role": "regional", "activities": []} for code in others]
        await session.exec(insert(Membership), params=rows)
    async with tenant_transaction(site.database, OWN) as session:
        many = [
            {
                "municipality": OWN,
                "measurement": f"wmo-{number}",
                "title": f"Meting {number}",
                "questionnaire_hash": content_hash,
                "opens_on": dutch_day() - timedelta(days=number),
                "closes_on": dutch_day() + timedelta(days=10),
                "phone": "14 030",
                "simulated": False,
                "results_shown": False,
                "promise": Promise.ANONYMOUS.value,
            }
            for number in range(ROUNDS)
        ]
        await session.exec(insert(Round), params=many)
    after = await questions(site, browser, pages, before)
    assert len(before) > 10
    assert before[f"/werk/{OWN}"] > 3, "statements are counted"
    assert after == before
    assert max(after.values()) < 20, after


async def test_many_clients_invitations_and_rounds_cost_the_pages_of_fieldwork_no_more_statements(site: Site) -> None:
    opened = await site.round(invited={PRODUCTS[0]: 5, PRODUCTS[1]: 5})
    code = opened.municipality
    await stand_in_field(site.database, opened, clients=20, invited=10)
    await surround(site, opened, 1)
    browser = await staff_browser(site, {code: Role.OWNER})
    values = {"municipality_code": code, "round_id": str(opened.round_id), "step": Step.MOMENT.value}
    pages = [
        *addresses(site, values, beginning=f"/werk/{code}/veldwerk"),
        *addresses(site, values, beginning=f"/werk/{code}/metingen/"),
    ]
    before = await questions(site, browser, pages)
    await add_people(site.database, opened, first=20, clients=600, invited=500)
    await surround(site, opened, 60)
    after = await questions(site, browser, pages, before)
    shown = {path.partition(f"/{opened.round_id}/")[2] or path.rpartition("/")[2] for path in before}
    assert {*PAGES} <= shown
    assert min(before.values()) > 1, "statements are counted"
    assert after == before
    assert max(after.values()) < 30, after


PAGES = (
    "lijst", "lijst/koppeling", "steekproef", "brieven", "brieven/tekst", "mail", "papier", "invoeren", "gesprek", "respons", "inzage",
    "taken", "producten", "plan",
)  # fmt: skip


async def surround(site: Site, opened: OpenedRound, number: int) -> None:
    """Let a round have so many jobs, files, keyed forms and lines of a list that waits, and its municipality so many products."""
    keys, own = site.settings.encryption_keys, {"municipality": opened.municipality, "round_id": opened.round_id}
    lists = FileFacts(opened.round_id, FilePurpose.CLIENT_LIST, "lijst.csv", "text/csv", "7f")
    rows = written_csv(made_list(number)).ljust(1000 * number)
    async with tenant_transaction(site.database, opened.municipality) as session:
        await add_file(session, site.settings.encryption_keys, lists, rows, now=now())
        for one in range(number):
            letters = FileFacts(opened.round_id, FilePurpose.LETTERS, f"{number}-{one}.pdf", "application/pdf", "7f")
            await add_file(session, keys, letters, b"%PDF", now=now())
            done = {"kind": JobKind.MAKE_LETTERS.value, "state": JobState.DONE.value, "payload": {}, "made_by": "7f"}
            times = {"run_after": now(), "made_at": now(), "finished_at": now()}
            session.add(Job(**own, **done, **times, id=f"{opened.municipality}-{number}-{one}"))
            form = {"language": "nl", "first": {}, "first_by": "7f", "needs_second": True}
            session.add(KeyedForm(**own, **form, id=f"{opened.municipality}-{number}-{one}"))
            session.add(KeyingTally(**own, item=f"I{number}-{one}", compared=9, differed=1))
            code = f"{one:05}"
            session.add(
                ProductCode(
                    municipality=opened.municipality, category=f"{number % 90 + 10}", code=code, product="Wonen"
                )
            )
        row = await session.get_one(Round, opened.round_id)
        facts = row.model_dump(exclude={"id", "measurement"})
        session.add_all(Round(**facts, measurement=f"nog-{number}-{one}") for one in range(number))
