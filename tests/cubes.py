"""A real release in small: simulated clients of twelve municipalities fill in two versions of a questionnaire."""

from __future__ import annotations

import random
from datetime import date
from functools import cache
from typing import Final

from analysis.disclosure.ledger import Ledger
from analysis.partitions import Tabulated
from analysis.policy import shipped_policy
from analysis.pooling import pool_versions
from analysis.release.areas import Division
from analysis.release.making import ReleasePlan, make_release
from analysis.release.parts import Round, release_plan_of, tabulate_rounds
from analysis.snapshots import SealedFacts, SealedRow, digest_of, make_snapshot, write_snapshot
from exports.release.cube import SealedCube
from exports.release.describing import breakdowns_of, indicators_of
from exports.release.facts import NATION, Area, AreaType, ReleaseFacts, Seal, Source
from exports.release.making import make_cube
from questionnaires.answering import seal
from questionnaires.answers import answers_to_json
from questionnaires.codebook import build_codebook
from questionnaires.loading import load_shipped
from questionnaires.publishing import publish
from questionnaires.simulation import simulate_answers
from questionnaires.sources import shipped_sources

# Name and respondents. Ameland is too small to be shown.
TOWNS: Final = {
    "GM0034": ("Almere", 300),
    "GM0050": ("Zeewolde", 225),
    "GM0060": ("Ameland", 6),
    "GM0085": ("Ooststellingwerf", 200),
    "GM0171": ("Noordoostpolder", 200),
    "GM0184": ("Urk", 200),
    "GM0303": ("Dronten", 200),
    "GM0344": ("Utrecht", 450),
    "GM0737": ("Tytsjerksteradiel", 200),
    "GM0995": ("Lelystad", 250),
    "GM1900": ("Súdwest-Fryslân", 250),
    "GM1949": ("Waadhoeke", 200),
}
FLEVOLAND: Final = ("GM0034", "GM0050", "GM0171", "GM0184", "GM0303", "GM0995")
FRYSLAN: Final = ("GM0060", "GM0085", "GM0737", "GM1900", "GM1949")
STRATA: Final = {"Begeleiding": 0.6, "Hulp bij het huishouden": 0.4}
# In these the older version was still in use.
EARLIER: Final = ("GM0303", "GM1949")
QUESTIONNAIRES: Final = ("nl.ceo.wmo@1", "nl.ceo.wmo@2")


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """The published versions that were filled in: content and digest."""
    published = (publish(load_shipped(name)) for name in QUESTIONNAIRES)
    return tuple((one.content, one.content_hash) for one in published)


@cache
def snapshots() -> dict[str, bytes]:
    """The sealed round of each municipality, as a file."""
    return {code: _snapshot(code) for code in TOWNS}


@cache
def release() -> SealedCube:
    """The release of all of them, published."""
    pooled = pool_versions(versions(), shipped_sources().all_crosswalks())
    plan = release_plan_of(pooled.codebook, with_local=False)
    rounds = [Round(content) for content in snapshots().values()]
    tabulated = tabulate_rounds(rounds, versions(), shipped_sources().all_crosswalks(), plan)
    assert isinstance(tabulated, Tabulated), tabulated
    provinces = Division("province", {"PV24": FLEVOLAND, "PV21": FRYSLAN})
    policy = shipped_policy("public")
    how = ReleasePlan(plan, policy, (provinces,), pooled.marks, "wmo-2026/1", "wmo-2026")
    results = make_release(tabulated, how, Ledger())
    facts = ReleaseFacts(
        release="wmo-2026",
        edition=1,
        title="Wmo-meting 2026 (gesimuleerd)",
        publisher="CEO",
        population="Cliënten van de Wmo in de gemeenten van deze uitgave",
        period_start=date(2026, 3, 1),
        period_end=date(2026, 4, 30),
        simulated=True,
        inference=plan.inference.value,
        weighting="strata",
        policy=f"{policy.name} {policy.version}",
        plan_digest=results.protected.origin.plan if results.protected.origin else "",
        software="0.1.0",
        sources=tuple(_source(code, content) for code, content in snapshots().items()),
        areas=(
            Area(area=NATION, kind=AreaType.NATION, name="Alle gemeenten in deze uitgave", members=tuple(TOWNS)),
            Area(area="PV24", kind=AreaType.PROVINCE, name="Flevoland", members=FLEVOLAND),
            Area(area="PV21", kind=AreaType.PROVINCE, name="Fryslân", members=FRYSLAN),
            *(Area(area=code, kind=AreaType.MUNICIPALITY, name=name) for code, (name, _) in TOWNS.items()),
        ),
        indicators=indicators_of(pooled, plan),
        breakdowns=breakdowns_of(pooled, plan),
        method_note="Gewogen naar stratum; 95%-betrouwbaarheidsintervallen.",
    )
    digest = f"sha256:{'3f' * 32}"
    address = "https://ceo.example.org/cijfers/wmo-2026/1"
    return SealedCube(
        make_cube(results, facts),
        Seal(digest=digest, address=address, state="published", published_on=date(2026, 6, 1)),
    )


def _snapshot(code: str) -> bytes:
    questionnaire = load_shipped(QUESTIONNAIRES[code not in EARLIER])
    published = publish(questionnaire)
    rng = random.Random(f"cube {code}")
    tendency = rng.uniform(-0.5, 0.5)
    rows = [
        SealedRow(
            stratum=rng.choices(list(STRATA), list(STRATA.values()))[0],
            version=published.content_hash,
            mode="web",
            language="nl",
            register="plain",
            respondent="client",
            received_on=date(2026, 3, 2),
            answers=answers_to_json(
                seal(questionnaire, simulate_answers(questionnaire, rng, tendency=tendency)).answers
            ),
        )
        for _ in range(TOWNS[code][1])
    ]
    populations = {name: round(4 * share * TOWNS[code][1]) + 20 for name, share in STRATA.items()}
    facts = SealedFacts(code, "wmo-2026", "Wmo-meting", date(2026, 3, 1), date(2026, 4, 30), "anonymous", populations)
    codebooks = [build_codebook(published)]
    return write_snapshot(make_snapshot(facts, rows, codebooks), codebooks)


def _source(code: str, content: bytes) -> Source:
    snapshot = Round(content).snapshot()
    return Source(
        municipality=code,
        title=snapshot.facts.title,
        opens_on=snapshot.facts.opens_on,
        closes_on=snapshot.facts.closes_on,
        digest=digest_of(snapshot),
        submissions=len(snapshot.rows) if len(snapshot.rows) > 10 else None,
        clients=sum(snapshot.facts.strata.values()),
    )
