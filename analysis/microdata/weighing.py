"""Weights of microdata: as near to the real ones as they can be without telling the stratum of a person or the municipality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.microdata.suppressing import class_sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

DECIMALS: Final = 1


def shared_weights(
    weights: NDArray[np.float64],
    keys: NDArray[np.int64],
    municipality: NDArray[np.int32],
    *,
    k: int,
    municipalities: int,
) -> NDArray[np.float64]:
    """Return weights that at least `k` records of the same combination of identifiers share, from as many `municipalities`.

    A weight is that of a stratum, and it tells the stratum to who knows the figures of the fieldwork. So within a combination (a row of
    `keys`; each occurs `k` times) the weights are put in order and taken together from below until enough share them; these get their
    mean, with one decimal. Sums stay the same but for the rounding. A combination from too few municipalities gets the mean of all records.
    Source: microaggregation, Defays & Anwar (1998), Journal of Official Statistics 14, 449-461.

    >>> import numpy as np
    >>> weights, keys = np.array([2.0, 4.0, 4.0]), np.zeros((3, 1), dtype=np.int64)
    >>> shared_weights(weights, keys, np.zeros(3, dtype=np.int32), k=2, municipalities=1)
    array([3.3, 3.3, 3.3])
    """
    import numpy as np

    assert (class_sizes(keys) >= k).all(), "weights come after identifiers"
    shared = np.full(len(weights), weights.mean())
    sharing = _Sharing(weights, municipality, k, municipalities)
    for members in _classes(keys):
        ordered = members[np.argsort(weights[members], kind="stable")]
        for group in sharing.groups(ordered):
            shared[group] = weights[group].mean()
    return np.asarray(np.maximum(shared.round(DECIMALS), 10.0**-DECIMALS), dtype=np.float64)


def _classes(keys: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    import numpy as np

    _, places = np.unique(keys, axis=0, return_inverse=True)
    order = np.argsort(places.ravel(), kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(places.ravel()[order])) + 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Sharing:
    """How many records, and of how many municipalities, share a weight at least."""

    weights: NDArray[np.float64]
    municipality: NDArray[np.int32]
    k: int
    municipalities: int

    def groups(self, ordered: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Return the members of a class, in order of their weights, in groups that may share one; none where all are not enough."""
        import numpy as np

        found: list[NDArray[np.int64]] = []
        waiting = ordered[:0]
        for run in np.split(ordered, np.flatnonzero(np.diff(self.weights[ordered])) + 1):
            waiting = np.concatenate([waiting, run])
            if len(waiting) >= self.k and len(np.unique(self.municipality[waiting])) >= self.municipalities:
                found.append(waiting)
                waiting = ordered[:0]
        if len(waiting) and found:
            found[-1] = np.concatenate([found[-1], waiting])
        return found
