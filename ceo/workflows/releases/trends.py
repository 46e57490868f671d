"""The trends of a report: the released scores of earlier measurements, and between which of them nothing may be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ceo.workflows.releases.earlier import Earlier

if TYPE_CHECKING:
    from analysis.results import Interval
    from exports.municipal_report.additions import EarlierFigure, Trend
    from exports.release.facts import ReleaseFacts, Source
    from questionnaires.comparability.crosswalks import Crosswalk

    # Value, interval and open part by indicator; None where the release does not show it.
    Score = tuple[float, Interval, float]
    Scores = Mapping[str, Score | None]


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement of one municipality in a release. `version`: content and digest of its questionnaire."""

    facts: ReleaseFacts
    source: Source
    version: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Point:
    measured: Measured
    scores: Scores


def trends_of(earlier: Earlier, now: Measured, beside: bytes) -> dict[str, Trend]:
    """Return the trend of every indicator with a score that was in an earlier release for the same municipality.

    `beside` holds the crosswalks of the edition. Two figures may be compared when answers to both questionnaires may be pooled, and they
    are about the same population; whatever is not certain is a break.
    """
    from analysis.pooling import EARLIER
    from analysis.results import Measure
    from exports.municipal_report.trend import measurement_names

    points = _points(earlier, now)
    every = [*(point.measured for point in points), now]
    names = measurement_names([one.source.closes_on for one in every])
    scored = [one.indicator for one in now.facts.indicators if Measure.SCORE.value in one.measures]
    found: dict[str, Trend] = {}
    for indicator in scored:
        # The name of a series that ended says in every release something else.
        its = [place for place, point in enumerate(points) if indicator in point.scores and EARLIER not in indicator]
        if its:
            broken = [
                _is_break(every[old], every[new], indicator, beside) for old, new in pairwise([*its, len(points)])
            ]
            scores = [(names[place], points[place].scores[indicator]) for place in its]
            found[indicator] = _trend(scores, [False, *broken], names[-1])
    return found


def _trend(scores: Sequence[tuple[str, Score | None]], broken: Sequence[bool], period: str) -> Trend:
    from exports.municipal_report.additions import Trend

    figures = [
        _earlier(name, shown, after_break=after) for (name, shown), after in zip(scores, broken[:-1], strict=True)
    ]
    return Trend(tuple(figures), period, after_break=broken[-1])


def _earlier(name: str, shown: Score | None, *, after_break: bool) -> EarlierFigure:
    from exports.municipal_report.additions import EarlierFigure

    if shown is None:
        return EarlierFigure(name, None, after_break=after_break)
    value, interval, part = shown
    return EarlierFigure(name, value, interval, after_break, part)


def _points(earlier: Earlier, now: Measured) -> list[_Point]:
    """Return the earlier measurements of the same municipality that had ended before this one began, the oldest first."""
    municipality, contents = now.source.municipality, {digest: content for content, digest in earlier.versions}
    found = []
    for edition in earlier.editions:
        facts, scores = _opened(edition.cube)
        digest = dict(edition.asked).get(municipality)
        its = next((one for one in facts.sources if one.municipality == municipality), None)
        if its is not None and digest is not None and its.closes_on < now.source.opens_on:
            found.append(_Point(Measured(facts, its, (contents[digest], digest)), scores.get(municipality, {})))
    return sorted(found, key=lambda point: (point.measured.source.closes_on, point.measured.facts.name))


def _is_break(old: Measured, new: Measured, indicator: str, beside: bytes) -> bool:
    alike = (old.facts.population, old.facts.inference) == (new.facts.population, new.facts.inference)
    return not alike or indicator not in _poolable(old.version, new.version, beside)


@lru_cache(maxsize=8)
def _opened(cube: bytes) -> tuple[ReleaseFacts, Mapping[str, Scores]]:
    """Return the facts of a cube and the scores of each municipality in it; a process opens it once for all of them."""
    from analysis.results import Inference, Interval, Measure
    from analysis.series.released_changes import open_part
    from exports.release.cube import open_cube
    from exports.release.facts import AreaType
    from exports.release.selecting import Selection, select_figures

    opened = open_cube(cube)
    wanted = Selection(
        area_type=(AreaType.MUNICIPALITY.value,), measure=(Measure.SCORE.value,), breakdown=("",), category=("",)
    )
    columns = ["area", "indicator", "value", "lower", "upper", "n", "population_size", "inference"]
    scores: dict[str, dict[str, Score | None]] = {}
    for row in select_figures(opened, wanted).table.select(columns).to_pylist():
        shown = None
        if row["value"] is not None:
            part = open_part(Inference(row["inference"]), row["n"], row["population_size"])
            shown = (row["value"], Interval(row["lower"], row["upper"]), part)
        scores.setdefault(row["area"], {})[row["indicator"]] = shown
    return opened.facts, scores


@lru_cache(maxsize=1024)
def _poolable(old: tuple[str, str], new: tuple[str, str], beside: bytes) -> frozenset[str]:
    """Return the questions and scores of which answers to two questionnaires may be taken together."""
    from questionnaires.comparability.verdicts import compare_versions
    from questionnaires.publishing import open_published

    found = compare_versions(open_published(*old), open_published(*new), crosswalks_in(beside))
    return frozenset(one.item for one in found.verdicts if one.poolable)


def crosswalks_in(beside: bytes) -> list[Crosswalk]:
    """Return the crosswalks that an edition was made with."""
    from questionnaires.comparability.crosswalks import Crosswalk

    return [Crosswalk.model_validate_json(json.dumps(one)) for one in json.loads(beside)["crosswalks"]]
