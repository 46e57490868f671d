"""The sheets of a release for people: a front, the figures of each theme in words, what must be known, and all rows as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TypeVar

from exports.release.column_words import TITLES
from exports.release.cube import COLUMNS, SealedCube
from exports.release.facts import Indicator
from exports.release.introducing import notices_of
from exports.release.labels import Labels, ReadingOrder
from exports.release.reading_words import AREA_WORDS, FLAGS, MEASURE_WORDS, flags_of, reason_of, theme_of
from exports.release.sheet import MOST_ROWS, Block, Cell, Line, Look, Notation, Sheet, notation_of
from exports.release.sheet_front import Listed, front_sheet
from exports.release.sheet_notes import NOTES, notes_sheet
from exports.sheets import FIGURES, FRONT, NARROWEST, WIDEST, SheetNames

if TYPE_CHECKING:
    import pyarrow as pa

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
Code = TypeVar("Code", bound=Hashable)


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
        head = Line(tuple(TITLES[name]["nl"] for name in _SHOWN), Look.HEAD, _notations(""))
        lines = iter((*above, head))
        return Sheet(part.name, self._widths, lines, head=len(above), rows=part.rows, figures=self._figures(part))

    def _figures(self, part: _Part) -> Iterator[Block]:
        order, table = ReadingOrder(self._release.facts), self._release.cube.table.select([*_SHOWN])
        passed, left = part.first, part.rows
        for one in part.indicators:
            if passed >= self._counts[one.indicator]:
                passed -= self._counts[one.indicator]
            elif left:
                figures = order.sorted(table, one.indicator).slice(passed, left)
                passed, left = 0, left - figures.num_rows
                yield from self._blocks(figures, one.indicator)

    def _blocks(self, figures: pa.Table, indicator: str) -> Iterator[Block]:
        """Yield the figures of an indicator; those of a measure stand together, and are shown in one notation."""
        start = 0
        for measure, same in groupby(_cells(figures["measure"])):
            end = start + sum(1 for _ in same)
            for first in range(start, end, _READ_AT_ONCE):
                batch = figures.slice(first, min(_READ_AT_ONCE, end - first))
                yield Block(self._columns(batch, indicator, str(measure)), _notations(str(measure)))
            start = end

    def _columns(self, figures: pa.Table, indicator: str, measure: str) -> tuple[Sequence[Cell], ...]:
        labels, floor = self._labels, self._release.facts.floor
        codes: dict[str, list[Any]] = {name: _cells(figures[name]) for name in _SHOWN}
        return (
            _worded(codes["indicator"], labels.indicator),
            _worded(codes["area"], labels.area),
            _worded(codes["area_type"], AREA_WORDS.__getitem__),
            _worded(codes["breakdown"], labels.breakdown),
            _worded([*zip(codes["breakdown"], codes["level"], strict=True)], lambda pair: labels.level(*pair)),
            _worded(codes["measure"], labels.measure),
            _worded(codes["category"], lambda code: labels.category(indicator, measure, code)),
            *(codes[name] for name in (*_FIGURES, "n")),
            _worded(codes["flags"], flags_of),
            _worded(codes["suppression"], lambda code: reason_of(code, floor=floor)),
        )

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
    table = release.cube.table
    blocks = (
        Block(tuple(_cells(column) for column in table.slice(first, _READ_AT_ONCE).columns))
        for first in range(0, table.num_rows, _READ_AT_ONCE)
    )
    widths = tuple(_width((column,)) for column in COLUMNS)
    head = iter((Line(tuple(COLUMNS), Look.HEAD),))
    return Sheet(name, widths, head, head=0, rows=table.num_rows, figures=blocks)


def _cells(column: pa.ChunkedArray) -> list[Any]:
    """Return the cells of a column: texts, or numbers with None where there is none. The library's own way takes ten times as long."""
    import pyarrow as pa

    whole = column.combine_chunks()
    if pa.types.is_dictionary(whole.type):
        texts = whole.dictionary.to_pylist()
        return [texts[place] for place in whole.indices.to_numpy().tolist()]
    numbers: list[Any] = whole.fill_null(0).to_numpy().tolist()
    if not whole.null_count:
        return numbers
    known = whole.is_valid().to_numpy(zero_copy_only=False).tolist()
    return [number if is_known else None for number, is_known in zip(numbers, known, strict=True)]


def _worded(codes: Sequence[Code], words_of: Callable[[Code], str]) -> list[str]:
    """Return the words for codes. What stands there often is looked up once."""
    words = {code: words_of(code) for code in set(codes)}
    return [words[code] for code in codes]


def _above(release: SealedCube, name: str) -> tuple[Line, ...]:
    warnings = (Line((text,), Look.WARNING) for text in notices_of(release))
    return (Line((f"{release.facts.title}: {name}",), Look.TITLE), *warnings, Line(()))


def _notations(measure: str) -> tuple[Notation, ...]:
    own = notation_of(measure)
    others = {"n": Notation.WHOLE}
    return tuple(own if name in _FIGURES else others.get(name, Notation.EXACT) for name in _SHOWN)


def _width(words: Iterable[str]) -> int:
    return min(max(NARROWEST, *(len(word) + _ROOM for word in words)), WIDEST)
