"""Which changes may be shown: by how many persons they rest on, and by what could be computed from others. Plain functions on sets.

Besides the floor three differences are looked at. All together minus the activities that are shown leaves those that are not. What a wave
shows of everybody minus the linked leaves who answered once. And from T0 to T1 and on to T2, compared with straight from T0 to T2,
leaves who answered two of the three: a sum of few, when nearly everybody answered all three. And how many persons went one way or
another is told only where nobody can count a few of them.
Source: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, section 5.3.4 (differencing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

from ceo.workflows.activities.changes import FEW, GIVES_AWAY, TOGETHER

_Row = TypeVar("_Row")


def without_few_late(rows: Sequence[tuple[int | None, _Row]], *, floor: int) -> tuple[_Row, ...]:
    """Return the answers of a sealed round that figures may be made of, each given with the edition that first counted it.

    Where fewer than the floor came too late for any edition, they never count: what pages show of everybody is without them, so that a
    sum over groups with them would tell what these few answered.

    >>> edition = [(1, row) for row in "abcdefghijkl"]
    >>> "".join(without_few_late([*edition, (None, "z")], floor=10))
    'abcdefghijkl'
    >>> len(without_few_late([*edition, *[(None, "z")] * 10], floor=10)), len(without_few_late([(None, "z")], floor=10))
    (22, 1)
    """
    late = sum(edition is None for edition, _ in rows)
    left_out = 0 < late < min(floor, len(rows))
    return tuple(row for edition, row in rows if edition is not None or not left_out)


def reason_of(linked: AbstractSet[str], once: int, chains: Sequence[AbstractSet[str]], *, floor: int) -> str:
    """Return why the change of persons may not be shown; "" when it may.

    `once`: valid answers of either wave that are not of a linked person, where means of both waves are known; 0 otherwise. `chains`: for
    each wave in between, who is in some of the three pairs of waves and not in all, when the other two are shown.

    >>> many = frozenset(map(str, range(30)))
    >>> reason_of(many, 0, [], floor=10), reason_of(many, 4, [], floor=10), reason_of(frozenset("abc"), 0, [], floor=10)
    ('', 'complement', 'fewer_than_floor')
    >>> reason_of(many, 0, [frozenset("ab")], floor=10), reason_of(many, 0, [frozenset()], floor=10)
    ('complement', '')
    """
    if len(linked) < floor:
        return FEW
    differences = (once, *map(len, chains))
    return GIVES_AWAY if any(0 < people < floor for people in differences) else ""


def partly(first: AbstractSet[str], second: AbstractSet[str], straight: AbstractSet[str]) -> AbstractSet[str]:
    """Return who is in some of three sets and not in all.

    >>> sorted(partly({"a", "b"}, {"a", "c"}, {"a", "b"}))
    ['b', 'c']
    """
    return (first | second | straight) - (first & second & straight)


def total_gives_away(persons: Mapping[str, int], reasons: Mapping[str, str], *, floor: int) -> bool:
    """Return whether a number of all together would tell of activities that are not shown.

    `persons`: by activity; an activity without any tells nothing. The total stands only when at least two are hidden, and when each of
    those below the floor could still have any number below it: nine and nine are eighteen, and nothing else below ten is.

    >>> total_gives_away({"a": 30, "b": 4}, {"a": "", "b": "fewer_than_floor"}, floor=10)
    True
    >>> hidden = {"a": "", "b": "fewer_than_floor", "c": "fewer_than_floor"}
    >>> [total_gives_away({"a": 30, "b": 9, "c": other}, hidden, floor=10) for other in (9, 8, 1)]
    [True, True, False]
    """
    hidden = [number for name, number in persons.items() if number and reasons[name]]
    few = [number for number in hidden if number < floor]
    least, most = floor - 2 + len(few), (floor - 1) * (len(few) - 1) + 1
    return len(hidden) == 1 or (bool(few) and not least <= sum(few) <= most)


def hidden_cells(
    cells: Mapping[str, Sequence[int]], total: Sequence[int], reasons: Mapping[str, str], *, floor: int
) -> frozenset[str]:
    """Return of which activities (and of all together, `TOGETHER`) it may not be told how many persons went each way.

    `cells`: persons by way, of each activity, also of those of which nothing is shown (`reasons`). That nobody
    went some way may be told; that fewer than the floor did may not. Of one activity all ways are told or none: the number of persons and
    their mean change tie them together.

    >>> hidden_cells({"a": (20, 12), "b": (14, 3)}, (34, 15), {"a": "", "b": ""}, floor=10) == {"b", ""}
    True
    >>> hidden_cells({"a": (20, 12), "b": (11, 0)}, (31, 12), {"a": "", "b": ""}, floor=10) == set()
    True
    >>> hidden_cells({"a": (20, 12), "b": (0, 0)}, (21, 12), {"a": "", "b": "fewer_than_floor"}, floor=10) == {"b", ""}
    True
    """
    own = {name: GIVES_AWAY if reasons[name] or _any_few(numbers, floor) else "" for name, numbers in cells.items()}
    shown = [cells[name] for name, reason in own.items() if not reason]
    # An activity too small for the estimators has no ways of its own, while its persons are in the total.
    rests = [number - sum(numbers[way] for numbers in shown) for way, number in enumerate(total)]
    by_way = [{name: numbers[way] for name, numbers in cells.items()} for way in range(len(total))]
    told_by_total = _any_few(total, floor) or (
        any(own.values()) and (_any_few(rests, floor) or any(total_gives_away(one, own, floor=floor) for one in by_way))
    )
    return frozenset([name for name, reason in own.items() if reason] + [TOGETHER] * told_by_total)


def _any_few(numbers: Sequence[int], floor: int) -> bool:
    return any(0 < number < floor for number in numbers)
