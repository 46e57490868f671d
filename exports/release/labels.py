"""What the codes of a release are called, and in which order people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from analysis.results import Measure
from exports.release.facts import NATION, ReleaseFacts
from exports.release.reading_words import AREA_WORDS, MEASURE_WORDS
from exports.wording import percentage_words

if TYPE_CHECKING:
    import pyarrow as pa

EVERYONE: Final = "Iedereen"
UNDIVIDED: Final = "Geen"
_MEASURES: Final = (
    Measure.SCORE,
    Measure.MEAN,
    Measure.SHARE,
    Measure.CATEGORY,
    Measure.MISSING,
    Measure.QUANTILE,
    Measure.TOTAL,
    Measure.RATIO,
)
_AREAS: Final = tuple(AREA_WORDS)


class Labels:
    """The words for codes, from the facts of a release. A code without words is shown as it is."""

    def __init__(self, facts: ReleaseFacts) -> None:
        self._indicators = {one.indicator: one.label for one in facts.indicators}
        self._options = {(one.indicator, it.code): it.label for one in facts.indicators for it in one.options}
        self._breakdowns = {one.breakdown: one.label for one in facts.breakdowns}
        self._levels = {(one.breakdown, it.code): it.label for one in facts.breakdowns for it in one.levels}
        self._areas = {NATION: AREA_WORDS["nation"]} | {one.area: one.name for one in facts.areas}

    def indicator(self, code: str) -> str:
        """Return the name of a question or score."""
        return self._indicators.get(code, code)

    def area(self, code: str) -> str:
        """Return the name of an area."""
        return self._areas.get(code, code)

    def breakdown(self, code: str) -> str:
        """Return the name of a breakdown; that there is none where a figure is about everyone."""
        return self._breakdowns.get(code, code) if code else UNDIVIDED

    def level(self, breakdown: str, code: str) -> str:
        """Return the name of a group of clients."""
        return self._levels.get((breakdown, code), code) if code else EVERYONE

    def category(self, indicator: str, measure: str, code: str) -> str:
        """Return the words of an answer, of a reason for having none, or of a part of people (a quantile)."""
        if measure == Measure.QUANTILE:
            return percentage_words(float(code))
        return self._options.get((indicator, code), code)

    def measure(self, code: str) -> str:
        """Return what a figure is."""
        return MEASURE_WORDS.get(code, code)

    def all_areas(self) -> Iterable[str]:
        """Return the names of all areas."""
        return self._areas.values()

    def all_levels(self) -> Iterable[str]:
        """Return the names of all groups of clients."""
        return (EVERYONE, *self._levels.values())

    def all_options(self) -> Iterable[str]:
        """Return the words of all answers."""
        return self._options.values()

    def all_indicators(self) -> Iterable[str]:
        """Return the names of all questions and scores."""
        return self._indicators.values()


class ReadingOrder:
    """The order in which people read the figures of one indicator: scores first, everyone before groups, large areas before small."""

    def __init__(self, facts: ReleaseFacts) -> None:
        self._options = {one.indicator: _ranks(it.code for it in one.options) for one in facts.indicators}
        self._breakdowns = _ranks(("", *(one.breakdown for one in facts.breakdowns)))
        self._levels = {
            (one.breakdown, it.code): rank for one in facts.breakdowns for rank, it in enumerate(one.levels)
        }
        names = Labels(facts)
        self._areas = _ranks(one.area for one in sorted(facts.areas, key=lambda it: names.area(it.area).casefold()))

    def sorted(self, table: pa.Table, indicator: str) -> pa.Table:
        """Return the rows about an indicator, in reading order. Areas stand by the alphabet, never by their figures."""
        import numpy as np
        import pyarrow.compute as pc

        rows = table.filter(pc.equal(table["indicator"], indicator)).combine_chunks()
        levels = rows.column("breakdown"), rows.column("level")
        keys = (
            _by(rows["measure"], _ranks(_MEASURES)),
            _by(rows["category"], self._options.get(indicator, {})),
            _by(rows["breakdown"], self._breakdowns),
            np.array([self._levels.get(pair, len(self._levels)) for pair in _pairs(*levels)], dtype=np.int64),
            _by(rows["area_type"], _ranks(_AREAS)),
            _by(rows["area"], self._areas),
        )
        return rows.take(np.lexsort(keys[::-1]))


def _ranks(codes: Iterable[str]) -> dict[str, int]:
    return {code: rank for rank, code in enumerate(codes)}


def _by(column: Any, ranks: Mapping[str, int]) -> Any:
    """Return the rank of every cell; what has none comes last."""
    import numpy as np

    whole = column.combine_chunks()
    return np.array([ranks.get(code, len(ranks)) for code in whole.dictionary.to_pylist()], dtype=np.int64)[
        whole.indices.to_numpy()
    ]


def _pairs(*columns: Any) -> Iterable[tuple[str, str]]:
    return zip(*(column.to_pylist() for column in columns), strict=True)
