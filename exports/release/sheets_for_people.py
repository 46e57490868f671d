"""The sheets of a release for people: a front, the figures of each theme in words, what must be known, and all rows as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from exports.release.column_words import TITLES
from exports.release.cube import COLUMNS, SealedCube
from exports.release.facts import Indicator
from exports.release.introducing import notices_of
from exports.release.labels import Labels, ReadingOrder
from exports.release.reading_words import AREA_WORDS, FLAGS, MEASURE_WORDS, flags_of, reason_of, theme_of
from exports.release.sheet import MOST_ROWS, Line, Look, Notation, Sheet, notation_of
from exports.release.sheet_front import Listed, front_sheet
from exports.release.sheet_notes import NOTES, notes_sheet
from exports.sheets import FIGURES, FRONT, NARROWEST, WIDEST, SheetNames

# What a sheet of a theme shows, with the width of each column; None where its words decide.
_SHOWN: Final[Mapping[str, int | None]] = {
    "indicator": None,
    "area": None,
    "area_type": None,
    "breakdown": None,
    "level": None,
    "measure": None,
    "category": None,
    "value": 10,
    "lower": 13,
    "upper": 13,
    "n": 14,
    "flags": 45,
    "suppression": 50,
}
_FIGURES: Final = ("value", "lower", "upper")
_READ_AT_ONCE: Final = 4096
_ROOM: Final = 3  # characters beside the longest text of a column; the filter's button needs them


def sheets_of(release: SealedCube, *, most_rows: int = MOST_ROWS) -> Iterator[Sheet]:
    """Yield the sheets in their order. A sheet has to be read before the next is asked for.

    A theme with more figures than fit in a sheet goes on in another; all rows together are left out when they do not fit.
    """
    content = _Content(release, most_rows)
    yield front_sheet(release, content.listed())
    for part in content.parts:
        yield content.theme(part)
    yield notes_sheet(release, content.notes)
    if content.everything:
        yield _everything(release, content.everything)


@dataclass(frozen=True, slots=True)
class _Part:
    """A sheet with figures of a theme: from the `first` of its figures, `rows` of them."""

    name: str
    indicators: tuple[Indicator, ...]
    first: int
    rows: int


class _Content:
    """What stands in which sheet."""

    def __init__(self, release: SealedCube, most_rows: int) -> None:
        self._release = release
        self._labels = Labels(release.facts)
        self._counts = _counts(release)
        names = SheetNames()
        names.take(FRONT)
        self.notes = names.take(NOTES)
        self.everything = names.take(FIGURES) if release.cube.table.num_rows <= most_rows else ""
        self.parts = tuple(_parts(release, self._counts, names, most_rows))

    def listed(self) -> tuple[Listed, ...]:
        """Return what the front says of the other sheets."""
        themes = [Listed(it.name, it.rows, tuple(one.label for one in it.indicators)) for it in self.parts]
        rows = self._release.cube.table.num_rows
        return (*themes, Listed(self.notes, 0), Listed(self.everything, rows))

    def theme(self, part: _Part) -> Sheet:
        """Return the sheet of a part of a theme, with its notices above the table."""
        above = _above(self._release, part.name)
        lines = islice(self._lines(part.indicators), part.first, part.first + part.rows)
        head = Line(tuple(TITLES[name]["nl"] for name in _SHOWN), Look.HEAD, _notations(""))
        return Sheet(part.name, self._widths, _chained(above, head, lines), head=len(above), rows=part.rows)

    def _lines(self, indicators: Iterable[Indicator]) -> Iterator[Line]:
        facts, labels = self._release.facts, self._labels
        order, floor = ReadingOrder(facts), facts.floor
        notations = {measure: _notations(measure) for measure in MEASURE_WORDS}
        table = self._release.cube.table.select([*_SHOWN])
        for one in indicators:
            for batch in order.sorted(table, one.indicator).to_batches(max_chunksize=_READ_AT_ONCE):
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    indicator, area, kind, breakdown, level, measure, category, *figures, flags, why = row
                    cells = (
                        labels.indicator(indicator),
                        labels.area(area),
                        AREA_WORDS[kind],
                        labels.breakdown(breakdown),
                        labels.level(breakdown, level),
                        labels.measure(measure),
                        labels.category(indicator, measure, category),
                        *figures,
                        flags_of(flags),
                        reason_of(why, floor=floor),
                    )
                    yield Line(cells, Look.FIGURES, notations[measure])

    @cached_property
    def _widths(self) -> tuple[int, ...]:
        facts, labels = self._release.facts, self._labels
        words: Mapping[str, Iterable[str]] = {
            "indicator": labels.all_indicators(),
            "area": labels.all_areas(),
            "area_type": AREA_WORDS.values(),
            "breakdown": (one.label for one in facts.breakdowns),
            "level": labels.all_levels(),
            "measure": MEASURE_WORDS.values(),
            "category": labels.all_options(),
            "flags": FLAGS.values(),
        }
        return tuple(width or _width((TITLES[name]["nl"], *words[name])) for name, width in _SHOWN.items())


def _counts(release: SealedCube) -> dict[str, int]:
    """Return how many figures there are of each indicator."""
    import pyarrow.compute as pc

    counted = pc.value_counts(release.cube.table["indicator"]).to_pylist()
    return {one["values"]: one["counts"] for one in counted}


def _parts(release: SealedCube, counts: Mapping[str, int], names: SheetNames, most_rows: int) -> Iterator[_Part]:
    themes: dict[str, list[Indicator]] = defaultdict(list)
    for one in release.facts.indicators:
        if counts.get(one.indicator):
            themes[theme_of(one.theme)].append(one)
    for theme, indicators in themes.items():
        rows = sum(counts[one.indicator] for one in indicators)
        for first in range(0, rows, most_rows):
            yield _Part(names.take(theme), tuple(indicators), first, min(most_rows, rows - first))


def _everything(release: SealedCube, name: str) -> Sheet:
    def lines() -> Iterator[Line]:
        yield Line(tuple(COLUMNS), Look.HEAD)
        for batch in release.cube.table.to_batches(max_chunksize=_READ_AT_ONCE):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield Line(row, Look.FIGURES)

    widths = tuple(_width((column,)) for column in COLUMNS)
    return Sheet(name, widths, lines(), head=0, rows=release.cube.table.num_rows)


def _above(release: SealedCube, name: str) -> tuple[Line, ...]:
    warnings = (Line((text,), Look.WARNING) for text in notices_of(release))
    return (Line((f"{release.facts.title}: {name}",), Look.TITLE), *warnings, Line(()))


def _chained(above: Iterable[Line], head: Line, lines: Iterable[Line]) -> Iterator[Line]:
    yield from above
    yield head
    yield from lines


def _notations(measure: str) -> tuple[Notation, ...]:
    own = notation_of(measure)
    others = {"n": Notation.WHOLE}
    return tuple(own if name in _FIGURES else others.get(name, Notation.EXACT) for name in _SHOWN)


def _width(words: Iterable[str]) -> int:
    return min(max(NARROWEST, *(len(word) + _ROOM for word in words)), WIDEST)
