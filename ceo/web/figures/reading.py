"""Figures of a cube as people read them: never without their interval, and as a reason where there is none. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.results import SHARES, Comparison, Inference, Interval, Measure
from exports.release.reading_words import MEASURE_WORDS, flags_of, reason_of
from exports.wording import difference_decimals, direction_words, interval_words, number_words, value_words

if TYPE_CHECKING:
    from exports.release.cube import SealedCube
    from exports.release.selecting import Selection

# A figure that stands for an indicator where only one can: what people know best, the mean of a grade, comes first.
HEADLINES: Final = (Measure.MEAN, Measure.SCORE, Measure.SHARE)
MEASURES: Final[Mapping[str, str]] = {
    Measure.MEAN: "Gemiddelde",
    Measure.SCORE: "Score van 0 tot 100",
    Measure.SHARE: "Deel met een positief antwoord",
}
_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """A share as it is drawn on a width of 100: the `width` of its bar, and where the line of its interval starts and how long it is."""

    width: str
    start: str
    length: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the cube. All but `row` and `floor` are words: of a figure, or only the `reason` why there is none."""

    row: Mapping[str, Any]
    value: str
    interval: str
    reason: str
    respondents: str
    remarks: str
    floor: int

    @property
    def area(self) -> str:
        """Return the code of the area that it is about."""
        return str(self.row["area"])

    @property
    def indicator(self) -> str:
        """Return what it is about."""
        return str(self.row["indicator"])

    @property
    def text(self) -> str:
        """Return the value with its interval, or why there is none."""
        return f"{self.value} ({self.interval})" if self.value else self.reason

    @property
    def shown(self) -> tuple[float, float, float] | None:
        """Return value and interval on an axis, on which shares are percentages; None where there is no figure."""
        if not self.value:
            return None
        scale = scale_of(self.row)
        value, low, high = (float(self.row[name]) * scale for name in ("value", "lower", "upper"))
        if self.row["measure"] == Measure.SCORE:
            return value, max(low, 0.0), min(high, 100.0)
        return value, low, high

    @property
    def bar(self) -> Bar | None:
        """Return how a share is drawn; None where there is no figure."""
        if self.shown is None:
            return None
        value, low, high = self.shown
        return Bar(f"{value:.1f}", f"{low:.1f}", f"{high - low:.1f}")


@dataclass(frozen=True, slots=True)
class Difference:
    """What may be said of a figure beside that of all municipalities together. `size` is the interval of the difference in words."""

    verdict: str
    size: str


def figure_of(row: Mapping[str, Any], *, floor: int) -> Figure:
    """Return a row of the cube as words. `floor` is the smallest number of respondents that its release shows."""
    count = "" if row["n"] is None else number_words(row["n"])
    if row["value"] is None:
        return Figure(row, "", "", reason_of(row["suppression"], floor=floor), "", "", floor)
    measure = Measure(row["measure"])
    decimals = 0 if measure in SHARES else 1
    return Figure(
        row,
        value_words(row["value"], measure, decimals=decimals),
        interval_words(Interval(row["lower"], row["upper"]), measure, decimals=decimals),
        "",
        count,
        flags_of(row["flags"]),
        floor,
    )


def difference_of(figure: Figure) -> Difference | None:
    """Return how a figure lies beside all municipalities together; None where the release does not compare it."""
    row = figure.row
    if not row["reference"]:
        return None
    if row["difference"] is None:
        return Difference(reason_of(row["difference_note"], floor=figure.floor), "")
    comparison = comparison_of(row)
    decimals = difference_decimals(comparison)
    low, high = (
        number_words(bound, decimals=decimals) for bound in (comparison.interval.low, comparison.interval.high)
    )
    unit = " procentpunten" if row["measure"] in SHARES else ""
    return Difference(direction_words(comparison), f"verschil {low} tot {high}{unit}")


def comparison_of(row: Mapping[str, Any]) -> Comparison:
    """Return the released difference of a row, shares in points."""
    scale = scale_of(row)
    value, low, high = (row[name] * scale for name in ("difference", "difference_lower", "difference_upper"))
    return Comparison(
        difference=value,
        se=0.0,
        interval=Interval(low, high),
        df=0.0,
        p_value=row["p_adjusted"],
        p_adjusted=row["p_adjusted"],
        family="",
        relevant=row["relevant"] == "yes",
        respondents=row["n"],
        reference_respondents=row["n"],
        inference=Inference(row["inference"] or Inference.FINITE),
    )


def band_of(row: Mapping[str, Any]) -> str:
    """Return where a municipality lies among all, in words; "" where the release does not say."""
    from analysis.units.banding import Band, NotBanded
    from exports.claim_wording import TOO_FEW_WORDS, band_words

    code = row["band"]
    if not code:
        return ""
    if code.upper() in Band.__members__:
        return band_words(Band[code.upper()])
    return band_words(NotBanded(code)) if code in set(NotBanded) else TOO_FEW_WORDS


def figures_of(release: SealedCube, selection: Selection) -> Iterator[Figure]:
    """Yield the selected figures in the order of the cube."""
    from exports.release.selecting import select_figures

    for row in select_figures(release.cube, selection).table.to_pylist():
        yield figure_of(row, floor=release.facts.floor)


def scale_of(row: Mapping[str, Any]) -> float:
    """Return with what a figure is multiplied to stand on an axis."""
    return _HUNDRED if row["measure"] in SHARES else 1


def measure_words(measure: str) -> str:
    """Return what a figure is."""
    return MEASURES.get(measure) or MEASURE_WORDS.get(measure, measure)
