"""Computing an edition of a release: plain functions for a thread or another process, from sealed rounds to the cube and its digest.

Whoever has the same inputs gets the same cube, to the last bit. The analysis and export rooms are imported inside the functions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ceo.storage.people import NATIONAL
from ceo.workflows.releases.manifests import (
    CUBE_FILE,
    LEDGER_AFTER_EDITION,
    Described,
    digest_of_file,
    digest_of_manifest,
    manifest_of,
)
from ceo.workflows.releases.proposal import DivisionName, Proposal
from ceo.workflows.releases.size_classes import size_class_code, size_class_name
from ceo.workflows.results.months import SealedMonths, with_months

if TYPE_CHECKING:
    from analysis.disclosure.ledger import Ledger
    from analysis.partitions import Engine, Tabulated
    from analysis.plan import AnalysisPlan
    from analysis.release.areas import Division
    from analysis.results import ProtectedResults
    from exports.release.facts import Area, ReleaseFacts, Source
    from questionnaires.comparability.crosswalks import Crosswalk

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality of the release, with what puts it together with others."""

    code: str
    name: str
    province_code: str
    province: str
    size_class: int


@dataclass(frozen=True, slots=True)
class ReleaseInput:
    """Everything that an edition is computed from. `snapshots`: the files of sealed rounds. `ledger`: what readers had before, as JSON.

    `versions`: content and digest of the questionnaires that were filled in. `floor`: the strictest smallest number of respondents that a
    round was planned with. `simulated`: no real person answered. `invited`: how many people were, by municipality and stratum, where known.
    `place`: who publishes it, a municipality or the whole country. `months`: of rounds that went on, what their series show.
    """

    proposal: Proposal
    edition: int
    reason: str
    places: tuple[Place, ...]
    snapshots: tuple[bytes, ...]
    versions: tuple[tuple[str, str], ...]
    crosswalks: tuple[Crosswalk, ...]
    ledger: str
    floor: int
    simulated: bool
    software: str = field(default_factory=lambda: version("ceo-survey"))
    invited: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    place: str = NATIONAL
    months: tuple[SealedMonths, ...] = ()

    def beside(self) -> bytes:
        """Return as JSON what went in besides answers and can be another one later: places, crosswalks, and months of series.

        As secret as the answers: a series knows the months that it hides. Without such months it is as it was before they counted.
        """
        document = {
            "places": [asdict(one) for one in self.places],
            "crosswalks": [one.model_dump(mode="json", by_alias=True) for one in self.crosswalks],
        }
        if self.months:
            document["months"] = [asdict(one) for one in self.months]
        return json.dumps(document, ensure_ascii=False, sort_keys=True).encode()

    def with_beside(self, content: bytes) -> ReleaseInput:
        """Return the same input with the places, crosswalks and months of that time."""
        from questionnaires.comparability.crosswalks import Crosswalk

        document = json.loads(content)
        return replace(
            self,
            places=tuple(Place(**one) for one in document["places"]),
            crosswalks=tuple(Crosswalk.model_validate_json(json.dumps(one)) for one in document["crosswalks"]),
            months=tuple(
                SealedMonths(one["municipality"], tuple(one["months"]), one["ledger"])
                for one in document.get("months", ())
            ),
        )


@dataclass(frozen=True, slots=True)
class ReleaseOutput:
    """An edition: its cube as a file, the ledger after it as JSON, and the manifest of all that went in and came out, with its digest.

    `composition`: who answered beside who was on the list, as JSON; nothing where that cannot be told. `adjusted`: likewise, scores for
    each municipality as they would be with the same clients everywhere.
    """

    cube: bytes
    composition: bytes
    adjusted: bytes
    ledger: str
    manifest: dict[str, Any]
    digest: str


class ReleaseError(Exception):
    """The sealed rounds of an edition do not make one data set: `problems` are in words."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Keep what is wrong."""
        super().__init__(*problems)
        self.problems = problems


def compute_release(
    given: ReleaseInput, *, engine: Engine | None = None, progress: Progress | None = None, checked: bool = True
) -> ReleaseOutput:
    """Return an edition computed from its inputs. Not `checked`, a snapshot may have other content than it was sealed with.

    Raises `ReleaseError` when the rounds do not fit together, and `DamagedSnapshotError` for a snapshot that was changed.
    """
    from analysis.disclosure.ledger import Ledger
    from analysis.partitions import Engine, Tabulated
    from analysis.policy import shipped_policy
    from analysis.pooling import pool_versions
    from analysis.release.making import ReleasePlan, make_release
    from analysis.release.parts import Round, release_plan_of, tabulate_rounds
    from ceo.workflows.releases.adjusting import ADJUSTED_FILE, adjust_all, adjusted_digest, adjusters_in
    from ceo.workflows.releases.compositions import compose_all, composition_digest
    from exports.release.cube import told_digest, write_cube
    from exports.release.making import make_cube

    rounds = [Round(content, checked=checked) for content in given.snapshots]
    pooled = pool_versions(given.versions, given.crosswalks)
    policy = shipped_policy(given.proposal.profile).with_floor(given.floor)
    plan = release_plan_of(pooled.codebook, with_local=given.proposal.with_local)
    plan = plan.model_copy(update={"profile": given.proposal.profile, "floor": policy.floor})
    by = adjusters_in(pooled, plan)
    tabulated = tabulate_rounds(
        rounds, given.versions, given.crosswalks, plan, engine=engine or Engine(), progress=progress, adjusters=by
    )
    if not isinstance(tabulated, Tabulated):
        raise ReleaseError(tuple(f"{problem}" for problem in tabulated))
    named = f"{given.proposal.name}/{given.edition}"
    divisions = _divisions(given)
    how = ReleasePlan(plan, policy, divisions, pooled.marks, named, given.proposal.measurement)
    ledger = Ledger.model_validate_json(given.ledger) if given.ledger else Ledger()
    results = make_release(tabulated, how, _with_months_known(given, ledger, tabulated, plan))
    assert results.protected.origin is not None, "the engine tells where results come from"
    sources = tuple(_source(content, results.protected, checked=checked) for content in given.snapshots)
    described = Described(
        plan_digest=results.protected.origin.plan,
        data_digest=results.protected.origin.data,
        inference=plan.inference.value,
        policy=f"{policy.name} {policy.version}, ondergrens {policy.floor}",
        floor=policy.floor,
    )
    from exports.release.describing import breakdowns_of, indicators_of

    facts = _facts(given, sources, described, divisions).model_copy(
        update={"indicators": indicators_of(pooled, plan), "breakdowns": breakdowns_of(pooled, plan)}
    )
    cube, composition = write_cube(make_cube(results, facts)), compose_all(given, facts)
    adjusted = adjust_all(tabulated, pooled, plan, results.protected)
    told = {
        "cube": told_digest(cube),
        CUBE_FILE: digest_of_file(cube),
        LEDGER_AFTER_EDITION: digest_of_file(grown := _ledger_after(ledger, results.ledger).model_dump_json().encode()),
    }
    beside = {"composition": composition_digest(composition), ADJUSTED_FILE: adjusted_digest(adjusted)}
    told |= {what: digest for what, digest in beside.items() if digest}
    manifest = manifest_of(given, facts, described) | told
    return ReleaseOutput(cube, composition, adjusted, grown.decode(), manifest, digest_of_manifest(manifest))


def _with_months_known(given: ReleaseInput, ledger: Ledger, tabulated: Tabulated, plan: AnalysisPlan) -> Ledger:
    """Return the ledger with what readers can add up of months; of series of months only figures of everyone are known."""
    if not given.months:
        return ledger
    from analysis.engine import results_of
    from analysis.origin import origin_of

    of_everyone = plan.model_copy(update={"subgroups": (), "references": {}})
    tables = replace(tabulated.tables, breakdowns=())
    figures = results_of(tables, of_everyone, origin_of(tabulated.fingerprints, of_everyone)).figures
    return with_months(ledger, given.proposal.measurement, figures, given.months)


def _ledger_after(before: Ledger, grown: Ledger) -> Ledger:
    """Return what readers have of a measurement once an edition is out: months stand in the ledger of their series."""
    return grown.model_copy(update={"releases": (*before.releases, grown.releases[-1])})


def _divisions(given: ReleaseInput) -> tuple[Division, ...]:
    """Return the areas of several municipalities, of those that are in the release."""
    from analysis.release.areas import Division

    found: dict[DivisionName, dict[str, list[str]]] = {name: {} for name in given.proposal.divisions}
    for place in given.places:
        codes = {DivisionName.PROVINCE: place.province_code, DivisionName.SIZE_CLASS: size_class_code(place.size_class)}
        for name, areas in found.items():
            areas.setdefault(codes[name], []).append(place.code)
    return tuple(
        Division(name.value, {code: tuple(members) for code, members in sorted(areas.items())})
        for name, areas in found.items()
    )


def _facts(
    given: ReleaseInput, sources: tuple[Source, ...], described: Described, divisions: tuple[Division, ...]
) -> ReleaseFacts:
    from exports.release.facts import ReleaseFacts

    proposal = given.proposal
    return ReleaseFacts(
        release=proposal.name,
        edition=given.edition,
        title=proposal.title,
        publisher=proposal.publisher,
        population=proposal.population,
        period_start=min(one.opens_on for one in sources),
        period_end=max(one.closes_on for one in sources),
        simulated=given.simulated,
        inference=described.inference,
        weighting="Elke inzending telt voor het aantal cliënten in haar stratum, gedeeld door het aantal inzendingen daar.",
        policy=described.policy,
        plan_digest=described.plan_digest,
        software=given.software,
        sources=sources,
        areas=tuple(_areas(given, divisions)),
        indicators=(),
        breakdowns=(),
        method_note=(
            "Schattingen uit steekproeven, gewogen naar stratum, met 95%-betrouwbaarheidsintervallen (Taylor-linearisatie). "
            "Cijfers over te weinig mensen, of waaruit die volgen, zijn weggelaten. Landelijk betekent: de deelnemende gemeenten samen."
        ),
        floor=described.floor,
        reason=given.reason,
    )


def _source(content: bytes, protected: ProtectedResults, *, checked: bool) -> Source:
    """Return what went in. Where the content may be another one than was sealed, its digest is computed from it."""
    from analysis.snapshots import digest_of, read_snapshot, read_summary
    from exports.release.facts import Source

    facts, _, digest = read_summary(content)
    respondents = protected.respondents.get(facts.municipality)
    clients = protected.populations.get(facts.municipality)
    shown = respondents if isinstance(respondents, int) else None
    return Source(
        municipality=facts.municipality,
        title=facts.title,
        opens_on=facts.opens_on,
        closes_on=facts.closes_on,
        digest=digest if checked else digest_of(read_snapshot(content, checked=False)),
        submissions=shown,
        clients=None if shown is None or clients is None else round(clients),
    )


def _areas(given: ReleaseInput, divisions: tuple[Division, ...]) -> list[Area]:
    from exports.release.facts import NATION, Area, AreaType

    names = {place.code: place.name for place in given.places}
    provinces = {place.province_code: place.province for place in given.places}
    nation = Area(area=NATION, kind=AreaType.NATION, name="Alle deelnemende gemeenten", members=tuple(names))
    groups = [
        Area(
            area=code,
            kind=AreaType(division.name),
            name=provinces[code] if division.name == DivisionName.PROVINCE else size_class_name(code),
            members=members,
        )
        for division in divisions
        for code, members in division.areas.items()
    ]
    return [nation, *groups, *(Area(area=code, kind=AreaType.MUNICIPALITY, name=name) for code, name in names.items())]


def release_name(name: str, edition: int) -> str:
    """Return what names an edition among all.

    >>> release_name("wmo-2026", 2)
    'wmo-2026/2'
    """
    return f"{name}/{edition}"
