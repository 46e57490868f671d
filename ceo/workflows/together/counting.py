"""What came out of a poll, by the method that it was made with. Ties stay ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ceo.storage.together import Poll
from ceo.workflows.together.polls import Method


@dataclass(frozen=True, slots=True)
class Placed:
    """A theme with its place from 1. `tied`: others have the same place; `votes`: how many approve, None where themes were put in order."""

    place: int
    theme: str
    tied: bool
    votes: int | None = None


@dataclass(frozen=True, slots=True)
class Duel:
    """How many municipalities put a theme before another one, and the other way around."""

    theme: str
    other: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class PollResult:
    """The themes in order, of so many ballots. `duels` of each two themes where these were put in order; `winner` beats every other one."""

    ballots: int
    places: tuple[Placed, ...]
    duels: tuple[Duel, ...] = ()
    winner: str | None = None


def count_poll(poll: Poll, ballots: Sequence[Sequence[str]]) -> PollResult:
    """Return the result of a poll. Two themes that share the first place are followed by the third."""
    from analysis.polls.approval import approval_result
    from analysis.polls.ranked import ranked_result

    if poll.method == Method.APPROVAL:
        approved = approval_result(ballots, poll.themes)
        votes = {one.option: one.count for place in approved.places for one in place}
        groups = [[one.option for one in place] for place in approved.places]
        return PollResult(approved.ballots, _placed(groups, votes))
    ranked = ranked_result(ballots, poll.themes)
    duels = tuple(Duel(one.option, one.other, one.before, one.after) for one in ranked.duels)
    return PollResult(ranked.ballots, _placed(ranked.places, {}), duels, ranked.winner)


def _placed(groups: Sequence[Sequence[str]], votes: dict[str, int]) -> tuple[Placed, ...]:
    placed: list[Placed] = []
    for group in groups:
        place = len(placed) + 1
        placed += (Placed(place, theme, len(group) > 1, votes.get(theme)) for theme in group)
    return tuple(placed)
