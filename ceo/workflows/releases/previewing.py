"""What is looked at before somebody signs: the figures of one area as they would be published, beside those of all municipalities together.

Plain functions over the cube of an edition; whoever calls them decides of which area somebody may see a draft.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from exports.release.cube import Cube

Row = Mapping[str, Any]
# What names a figure of an area.
_PLACE: Final = ("indicator", "measure", "category", "breakdown", "level")
# What a reader sees of a figure.
_SEEN: Final = ("value", "lower", "upper", "n", "suppression", "flags", "band")


@dataclass(frozen=True, slots=True)
class Beside:
    """A row of the cube about an area, and the same of all municipalities together (None where there is none)."""

    own: Row
    together: Row | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many figures there are, how many of them are not shown by reason, and how many have which flag."""

    figures: int
    suppressed: Mapping[str, int]
    flags: Mapping[str, int]

    @property
    def hidden(self) -> int:
        """Return how many are not shown."""
        return sum(self.suppressed.values())


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure that differs from that of an earlier edition: how it was and how it is; None where there is none."""

    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """Return a row that tells what the figure is about."""
        found = self.after if self.after is not None else self.before
        assert found is not None, "one of both is there"
        return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures are looked at. `theme` is a name as people read it; "" in `hidden` and `flagged` means any."""

    theme: str = ""
    breakdown: str = ""
    hidden: bool = False
    flagged: bool = False


def area_figures(cube: Cube, area: str, *, beside: bool = False) -> tuple[Beside, ...]:
    """Return every figure of an area in the order in which people read them; `beside` those of all municipalities together if asked."""
    from exports.release.facts import NATION
    from exports.release.labels import ReadingOrder
    from exports.release.selecting import Selection, select_figures

    own = select_figures(cube, Selection(area=(area,))).table
    nation = _rows(cube, NATION) if beside and area != NATION else ()
    together = {_place(row): row for row in nation}
    order = ReadingOrder(cube.facts)
    return tuple(
        Beside(row, together.get(_place(row)))
        for one in cube.facts.indicators
        for row in order.sorted(own, one.indicator).to_pylist()
    )


def count_figures(figures: Sequence[Beside]) -> Counted:
    """Return how many figures there are, and what a reader is told about them. Reasons and flags stand by how often they occur.

    >>> rows = [{"suppression": "complement", "flags": ""}, {"suppression": "", "flags": "small imprecise"}]
    >>> counted = count_figures([Beside(row, None) for row in rows])
    >>> counted.figures, counted.hidden, dict(counted.suppressed), dict(counted.flags)
    (2, 1, {'complement': 1}, {'small': 1, 'imprecise': 1})
    """
    suppressed = Counter(one.own["suppression"] for one in figures if one.own["suppression"])
    flags = Counter(flag for one in figures if not one.own["suppression"] for flag in one.own["flags"].split())
    return Counted(len(figures), dict(suppressed.most_common()), dict(flags.most_common()))


def choose_figures(cube: Cube, figures: Sequence[Beside], wanted: Wanted) -> tuple[Beside, ...]:
    """Return the figures that somebody wants to look at: of a theme and breakdown, or all that are not shown, or all that have a flag."""
    if wanted.hidden or wanted.flagged:
        seen = [one for one in figures if bool(one.own["suppression"]) is wanted.hidden]
        return tuple(one for one in seen if wanted.hidden or one.own["flags"])
    themes = _theme_names(cube)
    return tuple(
        one
        for one in figures
        if themes[one.own["indicator"]] == wanted.theme and one.own["breakdown"] == wanted.breakdown
    )


def theme_names(cube: Cube) -> tuple[str, ...]:
    """Return the themes of a release as people read them, in the order of the questionnaire."""
    return tuple(dict.fromkeys(_theme_names(cube).values()))


def changes_since(before: Sequence[Beside], after: Sequence[Beside]) -> tuple[Changed, ...]:
    """Return the figures that a reader sees differently: first those that are there now, then those that are not there any more.

    >>> def figure(value):
    ...     return Beside({name: "" for name in (*_PLACE, *_SEEN)} | {"value": value}, None)
    >>> [(one.before["value"], one.after["value"]) for one in changes_since([figure(0.5)], [figure(0.6)])]
    [(0.5, 0.6)]
    >>> changes_since([figure(0.5)], [figure(0.5)])
    ()
    """
    then = {_place(one.own): one.own for one in before}
    found = [Changed(then.pop(_place(one.own), None), one.own) for one in after]
    changed = [one for one in found if one.before is None or _seen(one.before) != _seen(one.row)]
    return (*changed, *(Changed(row, None) for row in then.values()))


def _rows(cube: Cube, area: str) -> Iterator[Row]:
    from exports.release.selecting import Selection, select_figures

    yield from select_figures(cube, Selection(area=(area,))).table.to_pylist()


def _theme_names(cube: Cube) -> dict[str, str]:
    from exports.release.reading_words import theme_of

    return {one.indicator: theme_of(one.theme) for one in cube.facts.indicators}


def _place(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _PLACE)


def _seen(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _SEEN)
