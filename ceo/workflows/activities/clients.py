"""How many clients each group counts for: of all groups, or of none."""

from __future__ import annotations

from collections.abc import Mapping


def clients_of(populations: Mapping[str, int], answered: Mapping[str, int]) -> dict[str, float] | None:
    """Return the number of clients by group, at least as many as `answered`; None where that of any group is unknown.

    More may answer than were clients when the round began. A group without a number cannot stand beside others with theirs: its
    persons would count for themselves alone.

    >>> clients_of({"A": 1, "B": 8}, {"A": 2, "B": 2}), clients_of({"B": 8}, {"A": 2, "B": 2})
    ({'A': 2, 'B': 8}, None)
    """
    if not all(populations.get(name) for name in answered):
        return None
    return {name: max(populations[name], number) for name, number in answered.items()}
