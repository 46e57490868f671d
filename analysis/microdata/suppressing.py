"""Local suppression: which values of which records are set to suppressed, so that every combination of identifiers occurs k times.

Suppressed is a value of its own here: a record with a suppressed value is like k records that have the same suppressed. So somebody who
knows that a person is among the records finds at least k that may be that person, also when nothing of them was left.
Source: Sweeney (2002), International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10, 557-570 and 571-588;
Hundepool et al. (2012), Statistical Disclosure Control, chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

_NOTHING = -1


def class_sizes(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for every record (row) how many have the same combination of identifiers (columns), itself included.

    >>> import numpy as np
    >>> class_sizes(np.array([[1, 1], [1, 2], [1, 1]]))
    array([2, 1, 2])
    """
    import numpy as np

    _, places, counts = np.unique(_numbered(keys), return_inverse=True, return_counts=True)
    return np.asarray(counts[places], dtype=np.int64)


def suppress(keys: NDArray[np.int64], k: int) -> NDArray[np.bool_]:
    """Return what to suppress: True for each identifier (column) of each record (row), as little as this way of looking finds.

    `keys` are numbers from 0, at least `k` records. Records in combinations of fewer than `k` lose one identifier first: each time the one
    that helps most of them, and the last of equals; those that this does not help lose two, and so on. Finding the least of all is too
    much work for any computer (Meyerson & Williams 2004); this finds it for most records, as a rare value is mostly rare alone.

    >>> import numpy as np
    >>> suppress(np.array([[1, 1], [1, 1], [2, 1], [2, 2]]), 2)
    array([[False, False],
           [False, False],
           [False,  True],
           [False,  True]])
    """
    import numpy as np

    count, identifiers = keys.shape
    assert count >= k, "fewer records than k cannot be protected"
    work = _Suppressing(keys, k, np.zeros(keys.shape, dtype=np.bool_), class_sizes(keys) < k)
    for size in range(1, identifiers + 1):
        while work.rare.any():
            found = ((pattern, work.helped(pattern)) for pattern in _patterns(identifiers, size))
            chosen, helped = max(found, key=lambda one: int(one[1].sum()))
            if not helped.any():
                break
            work.hidden[np.ix_(np.flatnonzero(helped), np.array(chosen))] = True
            work.rare &= ~helped
    if work.rare.any():
        work.suppress_wholly()
    return work.hidden


def _patterns(identifiers: int, size: int) -> Iterator[tuple[int, ...]]:
    """Yield the choices of identifiers, those with the last first: of equals, the first is taken."""
    yield from combinations(range(identifiers - 1, -1, -1), size)


@dataclass(slots=True)
class _Suppressing:
    """What is hidden so far, and which records are still rare."""

    keys: NDArray[np.int64]
    k: int
    hidden: NDArray[np.bool_]
    rare: NDArray[np.bool_]

    def helped(self, pattern: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return the rare records that are like k once these identifiers are hidden; records in which just these are hidden count."""
        import numpy as np

        as_pattern = np.isin(np.arange(self.keys.shape[1]), pattern)
        among = np.flatnonzero(self.rare | (self.hidden == as_pattern).all(axis=1))
        sizes = class_sizes(np.where(as_pattern, _NOTHING, self.keys[among]))
        helped = np.zeros(len(self.keys), dtype=np.bool_)
        helped[among[sizes >= self.k]] = True
        return helped & self.rare

    def suppress_wholly(self) -> None:
        """Hide everything of records that nothing helped, and of as many others as make k: from combinations that can lose some.

        Where none can lose that many, the smallest combination goes as a whole.
        """
        import numpy as np

        self.hidden[self.rare] = True
        while (wanted := self.k - int(self.hidden.all(axis=1).sum())) > 0:
            shown = np.where(self.hidden, _NOTHING, self.keys)
            sizes = np.where(self.hidden.all(axis=1), 0, class_sizes(shown))
            largest = int(sizes.argmax())
            spare = int(sizes[largest]) - self.k
            smallest = int(np.where(sizes > 0, sizes, len(sizes) + 1).argmin())
            members = np.flatnonzero((shown == shown[largest if spare > 0 else smallest]).all(axis=1))
            self.hidden[members[: min(spare, wanted)] if spare > 0 else members] = True


def _numbered(keys: NDArray[Any]) -> NDArray[np.int64]:
    """Return one number for every combination of a row, the same for the same combination."""
    import numpy as np

    numbers = np.zeros(len(keys), dtype=np.int64)
    for column in keys.T:
        values, places = np.unique(column, return_inverse=True)
        _, numbers = np.unique(numbers * len(values) + places, return_inverse=True)
    return np.asarray(numbers, dtype=np.int64)
