"""One change with all that a reader must know beside it. A plain function for a thread; the estimators are those of `analysis.persons`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ceo.workflows.activities.changes import TOGETHER, LeftByScore, Line, Reliable, Switched
from ceo.workflows.activities.clients import clients_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.persons.change import Change
    from analysis.results import NotEstimable
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

    Persons of an activity count alike; of all together each activity counts for its clients, however many of them answered later too. The
    interval speaks about the service behind these clients (`Inference.PROCESS`). p-values are those of the line alone, see `adjusted`. How
    many went which way is for `ways_of`, as it is hidden beside that of others.
    """
    from analysis.results import NotEstimable

    before, after = pair.one.values[indicator.id], pair.after(pair.other.values[indicator.id])
    change = _change(before, after, pair)
    if isinstance(change, NotEstimable):
        return replace(line, reason=change.reason, pairs=change.respondents)
    told = replace(
        line,
        pairs=change.respondents,
        value=change.value,
        low=change.interval.low,
        high=change.interval.high,
        p_adjusted=change.p_value,
        size=_size(before, after, pair),
    )
    if not line.is_theme:
        return told
    by_score, left_p = _left(before, after, _sample(pair).within(pair.inside), floor=floor)
    return replace(told, left=by_score, left_p=left_p, start_p=_start_p(before, after, pair, floor=floor))


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
    return Ways(_reliable(start, end, _measured(indicator, pair.one)), _switched(indicator, pair), pairs)


def adjusted(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines of one group with each of their p-values adjusted for all that are told together (Benjamini and Hochberg)."""
    changes = _together([None if line.reason else line.p_adjusted for line in lines])
    starts, lefts = _together([line.start_p for line in lines]), _together([line.left_p for line in lines])
    return tuple(
        replace(line, p_adjusted=changes[place], start_p=starts.get(place), left_p=lefts.get(place))
        if place in changes
        else line
        for place, line in enumerate(lines)
    )


def _together(given: Sequence[float | None]) -> dict[int, float]:
    """Return p-values of one family adjusted, by their place."""
    import numpy as np

    from analysis.comparison.multiplicity import adjust_p

    tested = {place: one for place, one in enumerate(given) if one is not None}
    return dict(zip(tested, adjust_p(np.array(list(tested.values()))).tolist(), strict=True))


def _change(before: NDArray[np.float64], after: NDArray[np.float64], pair: Estimated) -> Change | NotEstimable:
    import numpy as np

    from analysis.persons.change import change_of_groups, paired_change

    if pair.activity != TOGETHER:
        return paired_change(before, after, _sample(pair).within(pair.inside))
    _, group, started = np.unique(pair.one.activity, return_inverse=True, return_counts=True)
    clients = _clients(pair.one)
    # By who began, where the numbers of clients are unknown: by who stayed, leaving would be a change.
    sizes = started.astype(np.float64) if clients is None else clients
    return change_of_groups(before, after, group.astype(np.int64), sizes)


def _sample(pair: Estimated) -> Sample:
    """Return who answered first, drawn from the clients of each activity; everybody counts alike where these are unknown."""
    import numpy as np

    from analysis.rows.sample import one_stage

    names, stratum, started = np.unique(pair.one.activity, return_inverse=True, return_counts=True)
    clients = _clients(pair.one)
    weights = np.ones(names.size) if clients is None else clients / started
    return one_stage(weights[stratum], stratum.astype(np.int64))


def _clients(wave: LinkedWave) -> NDArray[np.float64] | None:
    """Return the clients of each activity in order of name; None where that of any is unknown."""
    import numpy as np

    names, started = np.unique(wave.activity, return_counts=True)
    found = clients_of(wave.populations, dict(zip(names.tolist(), started.tolist(), strict=True)))
    return None if found is None else np.array(list(found.values()), dtype=np.float64)


def _size(before: NDArray[np.float64], after: NDArray[np.float64], pair: Estimated) -> float | None:
    """Return Hedges' g of an activity. Of all together it would count persons alike, and could point the other way than the change."""
    from analysis.persons.paired import change_sizes
    from analysis.results import NotEstimable

    if pair.activity == TOGETHER:
        return None
    found = change_sizes(before[pair.inside], after[pair.inside])
    return None if isinstance(found, NotEstimable) else found.g_av


def _switched(indicator: Indicator, pair: Estimated) -> Switched | None:
    from analysis.persons.paired import discordance
    from analysis.results import NotEstimable

    if not indicator.has_positive:
        return None
    inside = pair.inside
    after = pair.after(pair.other.positive[indicator.id])
    found = discordance(pair.one.positive[indicator.id][inside], after[inside])
    return None if isinstance(found, NotEstimable) else Switched(found.gained, found.lost)


def _measured(indicator: Indicator, wave: LinkedWave) -> tuple[float, NDArray[np.float64]] | None:
    """Return the reliability of a theme score at the start, and the scores of the same persons: who answered all of its questions.

    None where too little is known to speak of one person. Of all activities together: the error of measurement is that of the questions.
    """
    import numpy as np

    from analysis.results import NotEstimable
    from analysis.scales.scales import cronbach_alpha

    items = [wave.values[item] for item in indicator.items if item in wave.values]
    if len(items) != len(indicator.items) or len(items) < 2:  # noqa: PLR2004 - one item has no inner consistency
        return None
    answered = np.stack(items, axis=1)
    found = cronbach_alpha(answered)
    if isinstance(found, NotEstimable) or not found.reportable or not 0 <= found.value < 1:
        return None
    return found.value, wave.values[indicator.id][~np.isnan(answered).any(axis=1)]


def _reliable(
    start: NDArray[np.float64], end: NDArray[np.float64], measured: tuple[float, NDArray[np.float64]] | None
) -> Reliable | None:
    from analysis.persons.paired import reliable_change
    from analysis.results import NotEstimable

    if measured is None:
        return None
    found = reliable_change(start, end, *measured)
    return None if isinstance(found, NotEstimable) else Reliable(found.risen, found.unchanged, found.fallen)


def _start_p(before: NDArray[np.float64], after: NDArray[np.float64], pair: Estimated, *, floor: int) -> float | None:
    """Return the p-value that the persons with both began as all others; None where these are few: it would tell how they began.

    None too for a group of everybody: the others are then just those who left.
    """
    import numpy as np

    from analysis.persons.attrition import start_difference
    from analysis.results import NotEstimable

    began = ~np.isnan(before)
    stayed = began & pair.inside & ~np.isnan(after)
    if pair.inside[began].all() or (began & ~stayed).sum() < floor:
        return None
    found = start_difference(before, stayed, _sample(pair))
    return 1.0 if isinstance(found, NotEstimable) else found.p_value


def _left(
    before: NDArray[np.float64], after: NDArray[np.float64], sample: Sample, *, floor: int
) -> tuple[tuple[LeftByScore, ...], float | None]:
    """Return who left by start score, and the p-value that they began as who stayed.

    Nothing where few left or stayed: it would tell how these began.
    """
    from analysis.persons.attrition import drop_out
    from analysis.results import NotEstimable

    found = drop_out(before, after, sample)
    if isinstance(found, NotEstimable) or min(found.missing, found.started - found.missing) < floor:
        return (), None
    groups = tuple(LeftByScore(one.started, one.share) for one in found.by_score)
    enough = len(groups) > 1 and all(one.started >= floor for one in groups)
    apart = found.difference
    return groups if enough else (), 1.0 if isinstance(apart, NotEstimable) else apart.p_value
