"""Microdata of the twelve municipalities of `cubes`: protected, handed out under an agreement, and made up."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

import cubes

from analysis.microdata.protected import ProtectedMicrodata
from analysis.microdata.protecting import protect_microdata
from analysis.microdata.rule import AreaGiven, Group, Limits, MicrodataRule, Place
from analysis.pooling import Pooled, pool_versions
from analysis.release.parts import Round
from analysis.snapshots import Snapshot
from exports.microdata.agreement import Agreement
from exports.microdata.handing_out import ForPractice, UnderAgreement
from exports.microdata.practice import make_practice
from questionnaires.sources import shipped_sources

AGREEMENT: Final = Agreement(
    number="2026-12",
    user="Universiteit van Ergens",
    purpose="Onderzoek naar hoe makkelijk mensen hulp vinden, en wat hun leeftijd daarmee te maken heeft.",
    ends_on=date(2027, 12, 31),
)
# In these provinces; Utrecht is alone in its own, so it goes with Flevoland.
PROVINCES: Final = {code: Place("PV21", "Fryslân") for code in cubes.FRYSLAN} | {
    code: Place("PV24", "Flevoland en Utrecht") for code in (*cubes.FLEVOLAND, "GM0344")
}
MUNICIPALITIES: Final = {code: Place(code, name) for code, (name, _) in cubes.TOWNS.items()}
RULE: Final = MicrodataRule(
    variables=("GES01", "TOE01", "LEV01", "LFT01", "GSL01"),
    quasi_identifiers=("LFT01", "GSL01"),
    coarsenings={
        "LFT01": (
            Group(code="tot_65", label="Jonger dan 65 jaar", codes=("tot_45", "van_45_tot_65")),
            Group(code="vanaf_75", label="75 jaar of ouder", codes=("van_75_tot_85", "vanaf_85")),
        )
    },
    limits={"LEV01": Limits(bottom=4)},
    area=AreaGiven.PROVINCE,
)


@cache
def pooled() -> Pooled:
    return pool_versions(cubes.versions(), shipped_sources().all_crosswalks())


@cache
def snapshots() -> tuple[Snapshot, ...]:
    return tuple(Round(content).snapshot() for content in cubes.snapshots().values())


@cache
def protected() -> ProtectedMicrodata:
    found = protect_microdata(snapshots(), pooled(), RULE, PROVINCES)
    assert isinstance(found, ProtectedMicrodata), found
    return found


@cache
def handed_out() -> UnderAgreement:
    release = cubes.release()
    return UnderAgreement(protected(), release.facts, release.seal, AGREEMENT)


@cache
def practice() -> ForPractice:
    found = make_practice(cubes.release(), pooled(), n=4000, seed=20261122)
    assert isinstance(found, ForPractice), found
    return found
