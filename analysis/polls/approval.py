"""Approval voting: every voter approves of as many options as he likes, and the options that most approve of come first.

For a first selection of many options: easy to fill in, and a voter never harms an option by approving of another one. What it does
not tell is which of two approved options a voter finds the more important; for that ask an order (`ranked`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Approved:
    """An option with the number of ballots that approve of it. `share`: of all ballots, blank ones too, as a fraction from 0 to 1."""

    option: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class ApprovalResult:
    """Options by place: those with as many approvals share a place, in the order in which they were offered. `ballots` were cast."""

    places: tuple[tuple[Approved, ...], ...]
    ballots: int


def approval_result(ballots: Sequence[Collection[str]], options: Sequence[str]) -> ApprovalResult:
    """Return how many ballots approve of each option, the most approved first. Options that tie have the same place.

    A ballot without an option is blank: it counts as a ballot. Naming an option twice, or one that is not offered, adds nothing.
    Source: Brams & Fishburn (1978), American Political Science Review 72, 831-847.

    >>> found = approval_result([{"bus", "care"}, {"care"}, {"bus"}, {"home", "care"}, set()], ["bus", "care", "home"])
    >>> [[(it.option, it.count, it.share) for it in place] for place in found.places], found.ballots
    ([[('care', 3, 0.6)], [('bus', 2, 0.4)], [('home', 1, 0.2)]], 5)
    """
    counts = Counter(option for ballot in ballots for option in set(ballot))
    ordered = sorted(options, key=lambda option: -counts[option])
    places = tuple(
        tuple(Approved(option, count, count / len(ballots) if ballots else 0.0) for option in tied)
        for count, tied in groupby(ordered, key=lambda option: counts[option])
    )
    return ApprovalResult(places, len(ballots))
