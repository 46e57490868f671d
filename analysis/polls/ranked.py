"""Ranked voting by the method of Schulze: every voter puts options in order, and options are held against each other two by two.

An option that wins from every other one comes first (it is a Condorcet winner). Where majorities go round, as when A wins from B, B
from C and C from A, a path of wins is as strong as its weakest win, and the option with the stronger path to the other comes before
it. A voter need not put all options in order: those left out come after those named, and tie with each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations


@dataclass(frozen=True, slots=True)
class Duel:
    """Two options held against each other: how many ballots put the first before the second, and the other way around."""

    option: str
    other: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class RankedResult:
    """Options by place: each wins from all options of all later places, directly or along a path. Within a place they stand as offered.

    Options share a place when the ballots do not put all of them in one order; two of them may still have a winner, which `duels` tell.
    `duels` holds each two options once, in the order of the offer. `winner`: the option that beats every other one two by two; None
    when there is none. `ballots` were cast, blank ones too.
    """

    places: tuple[tuple[str, ...], ...]
    duels: tuple[Duel, ...]
    winner: str | None
    ballots: int


def ranked_result(ballots: Sequence[Sequence[str]], options: Sequence[str]) -> RankedResult:
    """Return the options in the order of Schulze, with winning votes.

    d(A, B): the number of ballots with A before B. A path from A to B goes over options each of which wins from the next, d(X, Y) >
    d(Y, X); its strength is its least d, and p(A, B) that of the strongest one. A comes before B when p(A, B) > p(B, A), which is
    transitive, but leaves ties that are not: of two options that tie a third may win from one only. So a place ends only where
    all options up to it come before all options after it, and nobody stands below an option that did not win from it. By hand, of
    the ballots A B C and B C A: B before C is 2 to 0, A with B 1 to 1, A with C 1 to 1. Only B wins from C. With A and B first, C
    would stand below A without having lost to it, and with A last or between them the same holds of A: they share the place.
    With a third ballot A B C, A wins from B and from C, and B from C: three places. Of an option named twice the first place counts.
    Source: Schulze (2011), Social Choice and Welfare 36, 267-303. The example is the one with 45 voters that is usually shown.

    >>> votes = {"ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8}
    >>> found = ranked_result([ballot for ballot, voters in votes.items() for _ in range(voters)], "ABCDE")
    >>> found.places, found.winner, found.duels[0]
    ((('E',), ('A',), ('C',), ('B',), ('D',)), None, Duel(option='A', other='B', before=20, after=25))
    >>> ranked_result([["A"], ["B", "A"], ["B", "A"], ["A"], []], "ABC").places
    (('A', 'B'), ('C',))
    >>> ranked_result(["ABC", "BCA"], "ABC").places, ranked_result(["ABC", "BCA", "ABC"], "ABC").places
    ((('A', 'B', 'C'),), (('A',), ('B',), ('C',)))
    """
    votes = pairwise_votes(ballots, options)
    paths = strongest_paths(votes, options)
    wins = {pair for pair in paths if paths[pair] > paths[pair[1], pair[0]]}
    duels = tuple(
        Duel(one, other, votes[one, other], votes[other, one])
        for place, one in enumerate(options)
        for other in options[place + 1 :]
    )
    return RankedResult(tuple(_places(wins, options)), duels, _winner(votes, options), len(ballots))


def pairwise_votes(ballots: Sequence[Sequence[str]], options: Sequence[str]) -> dict[tuple[str, str], int]:
    """Return for each two options how many ballots put the first before the second. Options that a ballot leaves out come last, together.

    Source: Schulze (2011), section 2.

    >>> pairwise_votes([["b"], ["b", "a"]], ["a", "b", "c"])["a", "c"], pairwise_votes([["b"]], ["a", "b"])["b", "a"]
    (1, 1)
    """
    votes = dict.fromkeys(permutations(options, 2), 0)
    for ballot in ballots:
        behind = list(options)
        for option in ballot:
            if option in behind:
                behind.remove(option)
                for other in behind:
                    votes[option, other] += 1
    return votes


def strongest_paths(votes: Mapping[tuple[str, str], int], options: Sequence[str]) -> dict[tuple[str, str], int]:
    """Return for each two options how strong the strongest path from the first to the second is; 0: there is none.

    p(A, B) = max over C of min(p(A, C), p(C, B)), from p(A, B) = d(A, B) where A wins and 0 elsewhere.
    Source: Schulze (2011), section 2.3, after Floyd (1962), Communications of the ACM 5, 345.

    >>> round_about = {("a", "b"): 6, ("b", "a"): 3, ("b", "c"): 5, ("c", "b"): 4, ("c", "a"): 7, ("a", "c"): 2}
    >>> strongest_paths(round_about, ["a", "b", "c"])["a", "c"]
    5
    """
    paths = {(one, other): count if count > votes[other, one] else 0 for (one, other), count in votes.items()}
    for over, one, other in permutations(options, 3):
        paths[one, other] = max(paths[one, other], min(paths[one, over], paths[over, other]))
    return paths


def _places(wins: set[tuple[str, str]], options: Sequence[str]) -> list[tuple[str, ...]]:
    won = Counter(one for one, _ in wins)
    # Who wins from all that come later wins from more than these do: each place is a run of this order.
    ordered = sorted(options, key=lambda option: -won[option])
    places: list[tuple[str, ...]] = []
    begun = 0
    for end in range(1, len(ordered) + 1):
        if all((one, other) in wins for one in ordered[begun:end] for other in ordered[end:]):
            places.append(tuple(option for option in options if option in ordered[begun:end]))
            begun = end
    return places


def _winner(votes: Mapping[tuple[str, str], int], options: Sequence[str]) -> str | None:
    """Return the option that wins from every other one, if there is one."""
    beats = (it for it in options if all(votes[it, other] > votes[other, it] for other in options if other != it))
    return next(beats, None)
