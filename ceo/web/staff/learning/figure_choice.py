"""Choosing the indicator that should move: by its name, and the server takes its figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ceo.workflows.following.series import Series
from ceo.workflows.learning.figures import measured_indicators, newest_result
from ceo.workflows.learning.results import Result


@dataclass(frozen=True, slots=True)
class FigureChoice:
    """The indicators to choose from, by the key that a form sends, and the results that are at hand for some of them."""

    titles: Mapping[str, str]
    at_hand: Mapping[str, Result]
    series: Sequence[Series]

    def result(self, key: str, *, newest: bool = False) -> Result | None:
        """Return the figure of a chosen indicator: one that is at hand, unless the newest is asked for. None when there is none."""
        if key not in self.titles:
            return None
        if key in self.at_hand and not newest:
            return self.at_hand[key]
        core, _, indicator = key.partition("/")
        return newest_result(self.series, core, indicator) or self.at_hand.get(key)


def choice_of(series: Sequence[Series], at_hand: Iterable[Result | None]) -> FigureChoice:
    """Return what can be chosen: what series show, and results that are at hand already, the first of an indicator before others."""
    results: dict[str, Result] = {}
    for one in at_hand:
        if one is not None:
            results.setdefault(key_of(one), one)
    known = measured_indicators(series)
    several = len({one.core for one in known}) > 1
    titles = {one.key: f"{one.title} ({one.core_title})" if several else one.title for one in known}
    return FigureChoice({**{key: one.title for key, one in results.items()}, **titles}, results, series)


def key_of(result: Result) -> str:
    """Return what a form sends for the indicator of a result."""
    return f"{result.core}/{result.indicator}"
