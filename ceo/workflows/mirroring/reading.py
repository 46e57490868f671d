"""The figures of a municipality in published releases: which editions hold it, by core questionnaire, and one figure as a result."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import load_only
from sqlmodel import col, select

from analysis.results import Inference, Interval, Measure, NotEstimable
from analysis.series.released_changes import ReleasedFigure, of_service, open_part
from ceo.storage.database import Database
from ceo.storage.endings import Snapshot
from ceo.storage.releases import Decision, Release, ReleaseRound, ReleaseState
from ceo.storage.rounds import PublishedQuestionnaire, Round
from ceo.storage.tenancy import reading_across
from ceo.workflows.ending.sealing import WHOLE
from ceo.workflows.following.reading import SeriesHead
from ceo.workflows.following.series import Figure, Grain
from ceo.workflows.learning.results import Apart, Result, Source
from ceo.workflows.releases.reading import Cubes, find_release
from exports.release.facts import NATION
from questionnaires.names import id_of
from questionnaires.scales import Polarity

if TYPE_CHECKING:
    from exports.release.cube import SealedCube
    from exports.release.facts import Indicator

# What stands for an indicator in the cycle: scores can be followed through time, so they go first.
LEADING: Final = (Measure.SCORE, Measure.SHARE, Measure.MEAN)
# Withdrawn editions stay to be cited; nobody should mirror themselves in them.
_USED: Final = (ReleaseState.PUBLISHED.value, ReleaseState.CORRECTED.value)
_COLUMNS: Final = ("name", "edition", "title", "state", "published_on", "place", "measurement")
_ROUND_COLUMNS: Final = ("opens_on", "closes_on", "questionnaire_hash", "simulated")


@dataclass(frozen=True, slots=True)
class OwnEdition:
    """An edition that holds figures of a municipality. `core`: the id of the shared questionnaire, `core_title` what that is called.

    `opens_on` and `closes_on`: the first and the last day on which clients of this municipality could answer. `current`: no later edition
    took its place. `alone`: the municipality released it by itself, so nobody stands beside it. `questionnaire`: the digest of what was
    asked here; `simulated`: no real person answered.
    """

    release: str
    edition: int
    title: str
    core: str
    core_title: str
    opens_on: date
    closes_on: date
    published_on: date
    current: bool
    alone: bool
    questionnaire: str
    simulated: bool

    @property
    def name(self) -> str:
        """Return what names it among all, such as `wmo-2026/1`."""
        return f"{self.release}/{self.edition}"


async def own_editions(database: Database, municipality: str) -> tuple[OwnEdition, ...]:
    """Return the published editions that hold figures of a municipality, the newest measurement first. Two queries."""
    statement = (
        select(Release, Round)
        .join(
            ReleaseRound,
            (col(ReleaseRound.release) == col(Release.name)) & (col(ReleaseRound.edition) == col(Release.edition)),
        )
        .join(Round, col(Round.id) == col(ReleaseRound.round_id))
        .where(
            col(ReleaseRound.municipality) == municipality,
            col(Round.municipality) == municipality,
            col(ReleaseRound.decision) == Decision.SIGNED.value,
            col(Release.state).in_(_USED),
        )
        .options(
            load_only(*(getattr(Release, name) for name in _COLUMNS), raiseload=True),
            load_only(*(getattr(Round, name) for name in _ROUND_COLUMNS), raiseload=True),
        )
    )
    async with reading_across(database) as session:
        rows = (await session.exec(statement)).all()
        asked = select(PublishedQuestionnaire.content_hash, PublishedQuestionnaire.content).where(
            col(PublishedQuestionnaire.content_hash).in_({its_round.questionnaire_hash for _, its_round in rows})
        )
        cores = {digest: _core(content) for digest, content in await session.exec(asked)} if rows else {}
    found = [
        OwnEdition(
            release=row.name,
            edition=row.edition,
            title=row.title,
            core=cores[its_round.questionnaire_hash][0],
            core_title=cores[its_round.questionnaire_hash][1],
            opens_on=its_round.opens_on,
            closes_on=its_round.closes_on,
            published_on=row.published_on,
            current=row.state == ReleaseState.PUBLISHED,
            alone=row.place == municipality,
            questionnaire=its_round.questionnaire_hash,
            simulated=its_round.simulated,
        )
        for row, its_round in rows
        if row.published_on is not None
    ]
    # Of one measurement, an edition with others in it goes first.
    in_order = sorted(found, key=lambda it: (it.closes_on, not it.alone, it.published_on, it.release, it.edition))
    return tuple(reversed(in_order))


def newest_by_core(editions: tuple[OwnEdition, ...]) -> dict[str, OwnEdition]:
    """Return the newest edition that counts of each core questionnaire, in the order in which they stand."""
    found: dict[str, OwnEdition] = {}
    for one in editions:
        if one.current:
            found.setdefault(one.core, one)
    return found


async def taking_part(database: Database, edition: OwnEdition) -> frozenset[str]:
    """Return the municipalities that have figures in an edition."""
    signed = select(ReleaseRound.municipality).where(
        col(ReleaseRound.release) == edition.release,
        col(ReleaseRound.edition) == edition.edition,
        col(ReleaseRound.decision) == Decision.SIGNED.value,
    )
    async with reading_across(database) as session:
        return frozenset(await session.exec(signed))


async def is_in_series(database: Database, municipality: str, edition: OwnEdition, head: SeriesHead) -> bool:
    """Tell whether the newest figures of a series are of the measurement of an edition.

    Months and quarters are made of measurements that are sealed by month only, and the other series of those that are not.
    """
    its_own = (
        select(Round.measurement, Snapshot.period)
        .join(Snapshot, col(Snapshot.round_id) == col(Round.id))
        .join(ReleaseRound, col(ReleaseRound.round_id) == col(Round.id))
        .where(
            col(Round.municipality) == municipality,
            col(ReleaseRound.release) == edition.release,
            col(ReleaseRound.edition) == edition.edition,
        )
    )
    async with reading_across(database) as session:
        rows = (await session.exec(its_own)).all()
    by_month = any(period != WHOLE for _, period in rows)
    if head.grain is Grain.ROUND:
        return not by_month and any(head.until == measurement for measurement, _ in rows)
    return by_month


async def open_edition(database: Database, cubes: Cubes, edition: OwnEdition) -> SealedCube:
    """Return the cube of an edition."""
    row = await find_release(database, edition.release, edition.edition, public=True)
    assert row is not None, "what was published does not go away"
    return await cubes.open(database, row)


async def read_result(
    database: Database, cubes: Cubes, municipality: str, name: str, indicator: str, *, beside: str = NATION
) -> Result | None:
    """Return the own figure of an indicator in an edition (`name` as `wmo-2026/1`), beside that of an area of it, such as `NL`.

    None where no edition of that name holds this municipality, or it has not the indicator, or does not show its figure.
    """
    held = await own_editions(database, municipality)
    edition = next((one for one in held if one.name == name), None)
    if edition is None:
        return None
    cube = await open_edition(database, cubes, edition)
    return await asyncio.to_thread(result_of, cube, edition, municipality, indicator, beside)


def result_of(
    cube: SealedCube, edition: OwnEdition, municipality: str, indicator: str, beside: str = NATION
) -> Result | None:
    """Return the own figure of an indicator as a result, beside that of an area; None where it is not shown."""
    known = next((one for one in cube.facts.indicators if one.indicator == indicator), None)
    measure = leading_measure(known) if known is not None else None
    if known is None or measure is None:
        return None
    rows = rows_of(cube, (municipality, beside), indicator, measure)
    own = figure_of_row(rows.get(municipality))
    if own is None:
        return None
    other = figure_of_row(rows.get(beside)) if beside != municipality else None
    compared = other is not None and rows[municipality]["reference"] == beside
    return Result(
        source=Source.RELEASE,
        name=edition.name,
        core=edition.core,
        indicator=indicator,
        title=known.label,
        period=edition.title,
        measure=measure,
        polarity=polarity_of(known),
        figure=own,
        beside=other,
        beside_name=_area_name(cube, beside) if other is not None else "",
        apart=apart_of_row(rows[municipality]) if compared else None,
        until=edition.closes_on,
        simulated=edition.simulated,
        open_part=open_part_of_row(rows[municipality]),
    )


def leading_measure(indicator: Indicator) -> Measure | None:
    """Return the measure that stands for an indicator; None for one that has shares of answers only."""
    return next((measure for measure in LEADING if measure in indicator.measures), None)


def polarity_of(indicator: Indicator) -> Polarity:
    """Return which way is good, of the figure by `leading_measure`."""
    if indicator.higher_is_better is None:
        return Polarity.NONE
    return Polarity.POSITIVE if indicator.higher_is_better else Polarity.NEGATIVE


def rows_of(
    cube: SealedCube, areas: tuple[str, ...], indicator: str, measure: Measure
) -> Mapping[str, Mapping[str, Any]]:
    """Return the rows of the cube about everyone in some areas, by area."""
    from exports.release.selecting import Selection, select_figures

    wanted = Selection(area=areas, indicator=(indicator,), measure=(measure.value,), category=("",), breakdown=("",))
    return {row["area"]: row for row in select_figures(cube.cube, wanted).table.to_pylist()}


def figure_of_row(row: Mapping[str, Any] | None) -> Figure | None:
    """Return the figure of a row of a cube; None where there is none."""
    if row is None or row["value"] is None:
        return None
    return Figure(value=row["value"], low=row["lower"], high=row["upper"], respondents=row["n"])


def open_part_of_row(row: Mapping[str, Any]) -> float:
    """Return which part of the variance of the service the interval of a row of a cube holds; see `open_part`."""
    return open_part(Inference(row["inference"]), row["n"], row["population_size"])


def service_of_row(row: Mapping[str, Any] | None) -> ReleasedFigure | NotEstimable | None:
    """Return the figure of a row of a cube as one of the service, as differences are told; None where there is none."""
    if row is None or row["value"] is None:
        return None
    figure = ReleasedFigure(row["value"], Interval(row["lower"], row["upper"]))
    return of_service(figure, open_part_of_row(row))


def apart_of_row(row: Mapping[str, Any]) -> Apart | None:
    """Return how a row of a cube differs from all together, in the unit of its figure; None where the release does not tell."""
    if not row["reference"] or row["difference"] is None:
        return None
    return Apart(
        value=row["difference"],
        low=row["difference_lower"],
        high=row["difference_upper"],
        p_adjusted=row["p_adjusted"],
        relevant=row["relevant"] == "yes",
    )


def _area_name(cube: SealedCube, area: str) -> str:
    from exports.release.labels import Labels

    return Labels(cube.facts).area(area)


def _core(content: str) -> tuple[str, str]:
    """Return the id and the title of the core questionnaire of a published one: its first part."""
    document = json.loads(content)
    part = document["parts"][0]
    return id_of(part), str(document.get("title", part))
