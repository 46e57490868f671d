"""Groups of units: an area, or those with whom one is compared. A group that is small, or mostly one unit, is not what it is called.

It would tell of that one unit. So nothing is estimated of it, and nobody is compared with it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

FEWEST_UNITS: Final = 5
# The part of the clients of a group that one unit may have.
LARGEST_PART: Final = 0.5


def refused_group(clients: Collection[float]) -> str:
    """Return why units are no group, or "": `too_few_units` below 5, `dominant_unit` when one has more than half of the clients.

    `clients`: the number of clients of each unit.

    >>> refused_group([40, 10, 10, 10, 10]), refused_group([41, 10, 10, 10, 10]), refused_group([10, 10])
    ('', 'dominant_unit', 'too_few_units')
    """
    if len(clients) < FEWEST_UNITS:
        return "too_few_units"
    return "dominant_unit" if max(clients) > LARGEST_PART * sum(clients) else ""
