"""Agreements on microdata: who may make one, what leaves under it, when it stops, and what is recorded of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
import pytest
from installation import as_owner
from released import ALMERE, NOW, UTRECHT
from sqlmodel import col, select, update

from analysis.microdata.rule import AreaGiven, Group, MicrodataFault, MicrodataRule
from ceo.settings import Settings
from ceo.storage.agreements import Agreement
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database, open_database
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.web.staff.audit_actions import ACTIONS
from ceo.web.staff.audit_words import OBJECTS
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.microdata.agreeing import WantedAgreement, end_agreement, list_agreements, make_agreement
from ceo.workflows.microdata.forms import MicrodataFile
from ceo.workflows.microdata.handing_out import WantedFile, hand_out
from ceo.workflows.microdata.practising import WantedPractice, make_practice_file
from ceo.workflows.releases.deciding import By
from ceo.workflows.releases.manifests import digest_of_manifest

pytestmark = pytest.mark.anyio

TODAY = date(2026, 11, 20)
NATION = By(NATIONAL, "redacteur", NOW)
RULE = MicrodataRule(
    variables=("GES01", "TOE01", "LFT01", "GSL01"),
    quasi_identifiers=("LFT01", "GSL01"),
    coarsenings={
        "LFT01": (
            Group(code="tot_65", label="Jonger dan 65 jaar", codes=("tot_45", "van_45_tot_65")),
            Group(code="vanaf_75", label="75 jaar of ouder", codes=("van_75_tot_85", "vanaf_85")),
        )
    },
)
WANTED = WantedAgreement(
    MEASUREMENT, 1, "J. de Vries, Universiteit van Ergens", "Onderzoek naar toegang tot hulp", TODAY, RULE
)


# What these look at is in the file and not in the database.
one_database = pytest.mark.parametrize("released_settings", ["sqlite"], indirect=True)


@pytest.fixture
async def released(released_settings: Settings) -> AsyncIterator[Database]:
    async with open_database(released_settings.database_url) as database:
        yield database


async def agreed(database: Database, wanted: WantedAgreement = WANTED) -> Agreement:
    made = await make_agreement(database, wanted, NATION)
    assert isinstance(made, Agreement), made
    return made


async def records(database: Database) -> list[AuditRecord]:
    theirs = select(AuditRecord).where(col(AuditRecord.action).startswith("microdata."))
    async with reading_across(database) as session:
        return list(await session.exec(theirs.order_by(col(AuditRecord.number))))


async def test_what_leaves_under_an_agreement_is_protected_recorded_and_stops_when_it_is_ended(
    released: Database, released_settings: Settings
) -> None:
    agreement = await agreed(released)
    assert agreement.id == "2026-1"
    wanted = WantedFile(agreement.id, "parquet")
    file = await hand_out(released, released_settings, wanted, NATION)
    assert isinstance(file, MicrodataFile), file
    assert file.name == f"{MEASUREMENT}-1-overeenkomst-2026-1.parquet"
    table = pq.read_table(BytesIO(file.content))
    assert (table.num_rows, table.column_names) == (file.people, ["GES01", "TOE01", "LFT01", "GSL01", "gewicht"])
    classes = table.group_by(["LFT01", "GSL01"]).aggregate([([], "count_all")])["count_all"].to_pylist()
    assert min(classes) >= RULE.k
    assert await end_agreement(released, agreement.id, NATION) == ()
    refused = await hand_out(released, released_settings, wanted, NATION)
    assert isinstance(refused, tuple)
    assert "beëindigd" in refused[0].cause
    assert (await end_agreement(released, agreement.id, NATION))[0].place == "number"
    told = await records(released)
    assert [(one.place, one.actor, one.action, one.object_id) for one in told] == [
        (NATIONAL, "redacteur", f"microdata.{what}", "2026-1") for what in ("agreed", "handed_out", "ended")
    ]
    assert {one.action for one in told} <= ACTIONS.keys()
    assert {one.object_kind for one in told} <= OBJECTS.keys()
    after: dict[str, Any] = told[1].after or {}
    assert after == {"form": "parquet", "people": file.people, "columns": 5, "sha256": file.sha256}
    assert "Vries" not in f"{[one.after for one in told]}"
    listed = await list_agreements(released, NATIONAL)
    assert [(one.id, one.fetched_at, one.ended_on) for one in listed] == [("2026-1", NOW, TODAY)]


async def test_an_agreement_is_refused_with_everything_that_is_wrong_at_once(released: Database) -> None:
    rule = RULE.model_copy(update={"variables": ("GES01", "LFT01", "NIETS"), "limits": {}})
    wrong = replace(WANTED, user=" ", purpose="a\nb", ends_on=TODAY - timedelta(days=1), rule=rule)
    found = await make_agreement(released, wrong, NATION)
    assert isinstance(found, tuple)
    assert [one.place for one in found] == ["user", "purpose", "ends_on", "quasi_identifiers", "variables"]
    assert all(one.cause and one.cure for one in found)
    unknown = await make_agreement(released, replace(WANTED, edition=7), NATION)
    assert isinstance(unknown, tuple)
    assert [one.place for one in unknown] == ["release"]
    assert await list_agreements(released, NATIONAL) == []
    assert await records(released) == []


async def test_only_the_country_or_who_proposed_the_release_has_to_do_with_its_agreements(
    released: Database, released_settings: Settings
) -> None:
    almere, utrecht = By(ALMERE, "a", NOW), By(UTRECHT, "u", NOW)
    refused = await make_agreement(released, WANTED, almere)
    assert isinstance(refused, tuple)
    assert [one.place for one in refused] == ["release"]
    async with as_owner(released) as connection:  # whose a release is, the application's role cannot change
        await connection.execute(update(Release).where(col(Release.name) == MEASUREMENT).values(place=ALMERE))
    own = await make_agreement(released, WANTED, almere)
    assert isinstance(own, Agreement)
    assert (await agreed(released)).id == "2026-2"
    assert [one.id for one in await list_agreements(released, ALMERE)] == ["2026-2", "2026-1"]
    assert await list_agreements(released, UTRECHT) == []
    for found in (
        await hand_out(released, released_settings, WantedFile(own.id, "sav"), utrecht),
        await end_agreement(released, own.id, utrecht),
    ):
        assert isinstance(found, tuple)
        assert [one.place for one in found] == ["number"]
    assert [(one.place, one.object_id) for one in await records(released) if one.place == ALMERE] == [(ALMERE, own.id)]


async def test_nothing_leaves_after_the_last_day_or_of_a_withdrawn_edition(
    released: Database, released_settings: Settings
) -> None:
    agreement = await agreed(released)
    wanted = WantedFile(agreement.id, "sav")
    late = await hand_out(released, released_settings, wanted, By(NATIONAL, "r", NOW + timedelta(days=1)))
    assert isinstance(late, tuple)
    assert "liep tot en met 2026-11-20" in late[0].cause
    async with shared_transaction(released) as session:
        (await session.get_one(Release, (MEASUREMENT, 1))).state = ReleaseState.WITHDRAWN.value
    withdrawn = await hand_out(released, released_settings, wanted, NATION)
    assert isinstance(withdrawn, tuple)
    assert [one.place for one in withdrawn] == ["release"]
    again = await make_agreement(released, WANTED, NATION)
    assert isinstance(again, tuple)
    assert [one.place for one in again] == ["release"]
    assert [one.action for one in await records(released)] == ["microdata.agreed"]


@one_database
async def test_answers_that_changed_since_the_edition_was_made_do_not_leave(
    released: Database, released_settings: Settings
) -> None:
    agreement = await agreed(released)
    async with shared_transaction(released) as session:
        row = await session.get_one(Release, (MEASUREMENT, 1))
        assert row.manifest is not None
        row.manifest = {**row.manifest, "snapshots": {**row.manifest["snapshots"], UTRECHT: f"sha256:{'0' * 64}"}}
        row.digest = digest_of_manifest(row.manifest)
    found = await hand_out(released, released_settings, WantedFile(agreement.id, "sav"), NATION)
    assert isinstance(found, tuple)
    assert [one.place for one in found] == ["snapshots"]
    assert UTRECHT in found[0].cause
    assert ALMERE not in found[0].cause


@one_database
async def test_an_area_that_would_give_a_municipality_away_does_not_leave(
    released: Database, released_settings: Settings
) -> None:
    province = RULE.model_copy(update={"area": AreaGiven.PROVINCE})
    agreement = await agreed(released, replace(WANTED, rule=province))
    found = await hand_out(released, released_settings, WantedFile(agreement.id, "sav"), NATION)
    assert isinstance(found, tuple)
    # Utrecht is the only municipality of its province here.
    assert [(one.place, "In Utrecht" in one.cause) for one in found] == [("area", True)]
    assert isinstance(found[0], MicrodataFault)
    municipal = RULE.model_copy(update={"area": AreaGiven.MUNICIPALITY, "largest_suppressed": 1.0})
    own = await agreed(released, replace(WANTED, rule=municipal))
    file = await hand_out(released, released_settings, WantedFile(own.id, "ddi.xml"), NATION)
    assert isinstance(file, MicrodataFile), file
    assert "Utrecht" in file.content.decode()


@one_database
async def test_made_up_people_need_no_agreement_and_no_answers(released: Database, released_settings: Settings) -> None:
    wanted = WantedPractice(MEASUREMENT, 1, people=500, seed=3, form="parquet")
    file = await make_practice_file(released, released_settings, wanted)
    assert isinstance(file, MicrodataFile), file
    assert (file.name, file.people) == (f"SYNTHETISCH-{MEASUREMENT}-1.parquet", 500)
    assert await make_practice_file(released, released_settings, wanted) == file
    none = await make_practice_file(released, released_settings, replace(wanted, edition=7))
    assert isinstance(none, tuple)
    assert await records(released) == []
