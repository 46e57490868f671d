"""One change with all that a reader must know beside it. A plain function for a thread; the estimators are those of `analysis.persons`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ceo.workflows.activities.changes import TOGETHER, LeftByScore, Line, Reliable, Switched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.rows.sample import Sample
    from ceo.workflows.activities.linking import Indicator, LinkedWave


@dataclass(frozen=True, slots=True, eq=False)
class Estimated:
    """Two waves and the group that is looked at. `later`: by row of the first wave that of the same person in the second, -1 for none."""

    one: LinkedWave
    other: LinkedWave
    later: NDArray[np.int64]
    activity: str

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Rows of the first wave that are of the group."""
        import numpy as np

        return (
            np.ones(self.later.size, dtype=np.bool_)
            if self.activity == TOGETHER
            else self.one.activity == self.activity
        )

    def after(self, column: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a column of the second wave by row of the first, NaN where the person has none."""
        import numpy as np

        if not column.size:
            return np.full(self.later.size, np.nan)
        return np.where(self.later >= 0, column[np.maximum(self.later, 0)], np.nan)


def estimate(line: Line, indicator: Indicator, pair: Estimated, *, floor: int) -> Line:
    """Return the line of an indicator with its change, or why there is none.

    Persons of an activity count alike; of all together each activity counts for its clients. The interval speaks about the service behind
    these clients (`Inference.PROCESS`). How many went which way is for `ways` and `with_ways`, as it is hidden beside that of others.
    """
    from analysis.persons.change import paired_change
    from analysis.persons.paired import change_sizes
    from analysis.results import NotEstimable

    before, after = pair.one.values[indicator.id], pair.after(pair.other.values[indicator.id])
    sample = _sample(pair).within(pair.inside)
    change = paired_change(before, after, sample)
    start, end = before[pair.inside], after[pair.inside]
    if isinstance(change, NotEstimable):
        return replace(line, reason=change.reason, pairs=change.respondents)
    sizes = change_sizes(start, end)
    by_score, selective = _left(before, after, sample, floor=floor)
    alpha = _alpha(indicator, pair.one)
    return replace(
        line,
        pairs=change.respondents,
        value=change.value,
        low=change.interval.low,
        high=change.interval.high,
        p_adjusted=change.p_value,
        size=None if isinstance(sizes, NotEstimable) else sizes.g_av,
        chosen_by_score=_chosen(before, after, pair, alpha),
        left=by_score,
        selective=selective,
    )


@dataclass(frozen=True, slots=True)
class Ways:
    """How many persons of `pairs` went which way, before anything is hidden; None where that is not known."""

    reliable: Reliable | None
    switched: Switched | None
    pairs: int

    @property
    def by_error(self) -> tuple[int, int, int]:
        """Persons who rose, stayed and fell, by the error of measurement."""
        return (self.reliable.risen, self.reliable.unchanged, self.reliable.fallen) if self.reliable else (0, 0, 0)

    @property
    def by_answer(self) -> tuple[int, int, int]:
        """Persons who became positive, who stayed as they were, and who no longer are positive."""
        gained, lost = (self.switched.gained, self.switched.lost) if self.switched else (0, 0)
        return gained, self.pairs - gained - lost, lost


def ways_of(indicator: Indicator, pair: Estimated) -> Ways:
    """Return how many persons of a group went which way."""
    import numpy as np

    before, after = pair.one.values[indicator.id], pair.after(pair.other.values[indicator.id])
    start, end = before[pair.inside], after[pair.inside]
    pairs = int((~np.isnan(start) & ~np.isnan(end)).sum())
    return Ways(_reliable(start, end, _alpha(indicator, pair.one)), _switched(indicator, pair), pairs)


def adjusted(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines of one group with their p-values adjusted for all of them together (Benjamini and Hochberg)."""
    import numpy as np

    from analysis.comparison.multiplicity import adjust_p

    tested = [place for place, line in enumerate(lines) if not line.reason]
    found = dict(zip(tested, adjust_p(np.array([lines[place].p_adjusted for place in tested])), strict=True))
    return tuple(
        replace(line, p_adjusted=float(found[place])) if place in found else line for place, line in enumerate(lines)
    )


def _sample(pair: Estimated) -> Sample:
    import numpy as np

    from analysis.rows.sample import one_stage

    names, stratum, counts = np.unique(pair.one.activity, return_inverse=True, return_counts=True)
    known = [pair.one.populations.get(str(name), 0) for name in names]
    # Where the number of clients of any activity is unknown, everybody counts alike.
    weights = np.array(known) / counts if all(known) else np.ones(names.size)
    return one_stage(weights[stratum], stratum.astype(np.int64))


def _switched(indicator: Indicator, pair: Estimated) -> Switched | None:
    from analysis.persons.paired import discordance
    from analysis.results import NotEstimable

    if not indicator.has_positive:
        return None
    inside = pair.inside
    after = pair.after(pair.other.positive[indicator.id])
    found = discordance(pair.one.positive[indicator.id][inside], after[inside])
    return None if isinstance(found, NotEstimable) else Switched(found.gained, found.lost, found.p_value)


def _alpha(indicator: Indicator, wave: LinkedWave) -> float | None:
    """Return the reliability of a theme score among everybody at the start; None where too little is known to speak of one person."""
    import numpy as np

    from analysis.results import NotEstimable
    from analysis.scales.scales import cronbach_alpha

    items = [wave.values[item] for item in indicator.items if item in wave.values]
    if len(items) != len(indicator.items) or len(items) < 2:  # noqa: PLR2004 - one item has no inner consistency
        return None
    found = cronbach_alpha(np.stack(items, axis=1))
    reportable = not isinstance(found, NotEstimable) and found.reportable and 0 <= found.value < 1
    return found.value if reportable and not isinstance(found, NotEstimable) else None


def _reliable(start: NDArray[np.float64], end: NDArray[np.float64], alpha: float | None) -> Reliable | None:
    from analysis.persons.paired import reliable_change
    from analysis.results import NotEstimable

    if alpha is None:
        return None
    found = reliable_change(start, end, alpha)
    return None if isinstance(found, NotEstimable) else Reliable(found.risen, found.unchanged, found.fallen)


def _chosen(before: NDArray[np.float64], after: NDArray[np.float64], pair: Estimated, alpha: float | None) -> bool:
    """Return whether the persons with both began far from everybody: then a part of the change comes by itself."""
    import numpy as np

    from analysis.persons.attrition import regression_to_the_mean
    from analysis.results import NotEstimable

    found = regression_to_the_mean(before[pair.inside & ~np.isnan(after)], before, alpha or 0.0)
    return not isinstance(found, NotEstimable) and found.warns


def _left(
    before: NDArray[np.float64], after: NDArray[np.float64], sample: Sample, *, floor: int
) -> tuple[tuple[LeftByScore, ...], bool]:
    """Return who left by start score, and whether they differed; nothing where few left or stayed: it would tell how these began."""
    from analysis.persons.attrition import drop_out
    from analysis.results import NotEstimable

    found = drop_out(before, after, sample)
    if isinstance(found, NotEstimable) or min(found.missing, found.started - found.missing) < floor:
        return (), False
    groups = tuple(LeftByScore(one.started, one.share) for one in found.by_score)
    enough = len(groups) > 1 and all(one.started >= floor for one in groups)
    return groups if enough else (), found.selective
