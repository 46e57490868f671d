"""Figures in classes for a map: few, of equal width, with round limits, so that every reader can tell them apart and name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Final

from exports.wording import number_words

MOST_CLASSES: Final = 5
NO_FIGURE: Final = "geen cijfer"
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
# Figures that differ by less than this are not told apart.
_FINEST: Final = 0.5


@dataclass(frozen=True, slots=True)
class Classified:
    """Figures in classes of equal width: the words of each class, and the class (from 0) of each municipality."""

    classes: tuple[str, ...]
    placed: Mapping[str, int]


def classify(values: Mapping[str, float], *, unit: str = "") -> Classified:
    """Return figures in at most 5 classes with round limits and equal width. A figure on a limit is in the higher class, if there is one.

    `unit` stands behind the numbers, such as "%" (give percentages then, no fractions).

    >>> classify({"GM1": 61.2, "GM2": 70.0, "GM3": 78.9})
    Classified(classes=('60 tot 65', '65 tot 70', '70 tot 75', '75 tot 80'), placed={'GM1': 0, 'GM2': 2, 'GM3': 3})
    """
    if not values:
        return Classified((), {})
    low, high = min(values.values()), max(values.values())
    step = _step(low, high)
    first = floor(_over(low, step))
    count = max(ceil(_over(high, step)) - first, 1)
    placed = {code: min(floor(_over(value, step)) - first, count - 1) for code, value in sorted(values.items())}
    words = [number_words((first + place) * step, decimals=_decimals(step)) for place in range(count + 1)]
    ending = f"\u00a0{unit}" if unit and unit != "%" else unit
    return Classified(tuple(f"{a} tot {b}{ending}" for a, b in pairwise(words)), placed)


def _step(low: float, high: float) -> float:
    """Return the smallest round width with which at most 5 classes hold all figures."""
    size: float = 10.0 ** floor(log10(max(high - low, _FINEST) / MOST_CLASSES))
    while True:
        for part in _STEPS:
            step = part * size
            if ceil(_over(high, step)) - floor(_over(low, step)) <= MOST_CLASSES:
                return step
        size *= 10


def _over(value: float, step: float) -> float:
    """Return how many steps a value is, so that 0.3 is three steps of 0.1."""
    return round(value / step, 9)


def _decimals(step: float) -> int:
    """Return with how many decimals limits are exact.

    >>> _decimals(25.0), _decimals(5.0), _decimals(2.5), _decimals(0.1)
    (0, 0, 1, 1)
    """
    return next(places for places in range(9) if round(step * 10**places, 6) == round(step * 10**places))
