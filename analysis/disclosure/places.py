"""Places: where the respondents of an item stand, and how they answered there."""

from __future__ import annotations

from collections.abc import Mapping
from operator import add
from typing import TypeAlias

# Unit, breakdown and level.
Place: TypeAlias = tuple[str, str, str]
# Answers to one item by place, one number an answer.
Answers: TypeAlias = Mapping[Place, tuple[float, ...]]


def summed(parts: Answers) -> dict[Place, tuple[float, ...]]:
    """Return the places of units with their sums over units."""
    sums: dict[Place, tuple[float, ...]] = {}
    for (_, breakdown, level), answers in parts.items():
        place = ("", breakdown, level)
        sums[place] = tuple(map(add, sums[place], answers)) if place in sums else answers
    return sums | dict(parts)
