"""Which changes may be shown: by how many persons they rest on, and by what could be computed from others. Plain functions on sets.

Besides the floor three differences are looked at. All together minus the activities that are shown leaves those that are not. What a wave
shows of everybody minus the linked leaves who answered once. And from T0 to T1 and on to T2, compared with straight from T0 to T2,
leaves who answered two of the three: a sum of few, when nearly everybody answered all three.
Source: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, section 5.3.4 (differencing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from ceo.workflows.activities.changes import FEW, GIVES_AWAY


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


def total_gives_away(pairs: Mapping[str, int], reasons: Mapping[str, str], *, floor: int) -> bool:
    """Return whether all together would tell of activities that are not shown: of one of them, or of fewer persons than the floor.

    `pairs`: linked persons by activity; an activity without any tells nothing.

    >>> total_gives_away({"a": 30, "b": 4}, {"a": "", "b": "fewer_than_floor"}, floor=10)
    True
    >>> total_gives_away({"a": 30, "b": 7, "c": 6}, {"a": "", "b": "fewer_than_floor", "c": "fewer_than_floor"}, floor=10)
    False
    """
    hidden = [number for name, number in pairs.items() if number and reasons[name]]
    return bool(hidden) and (len(hidden) == 1 or sum(hidden) < floor)
