"""Easing: what an approved crosswalk with evidence makes of a change.

A bridging sample, in which the same people answered both versions, turns a change of words or options from a break into a
bridge: it measures the shift. An equivalence test, which showed no shift between standard and easy texts, makes easy
texts a change to note only. What no study can bridge stays a break: another concept, another kind of answer, other
people, another unit, other scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from questionnaires.comparability.asked_items import AskedItem
from questionnaires.comparability.crosswalks import Crosswalk, EvidenceKind, different_people, fit_mapping
from questionnaires.comparability.reasons import Change, Reason, Verdict

BRIDGED: Final = frozenset(
    {
        Change.REWORDED,
        Change.POINTS,
        Change.OPTIONS_ADDED,
        Change.OPTIONS_REMOVED,
        Change.OPTION_TEXT,
        Change.MISSING_ADDED,
        Change.MISSING_REMOVED,
    }
)
EQUIVALENT: Final = frozenset({Change.EASY_ADDED, Change.EASY_REMOVED, Change.EASY_TEXT})


def usable_crosswalks(crosswalks: Iterable[Crosswalk], old: AskedItem, new: AskedItem) -> tuple[Crosswalk, ...]:
    """Return the crosswalks that lead from the old version of an item to the new, are approved, and fit their codes."""
    versions = (old.item.id, old.item.version, new.item.version)
    return tuple(
        one
        for one in crosswalks
        if (one.item, one.from_version, one.to_version) == versions
        and different_people(one.approved_by)
        and fit_mapping(one.mapping, old.measurement.options, new.measurement.options).known
    )


def ease(reasons: Iterable[Reason], crosswalks: Sequence[Crosswalk]) -> Iterator[Reason]:
    """Yield the reasons, those that a usable crosswalk bridges or shows to be harmless with a lighter verdict."""
    bridge = next((one for one in crosswalks if _is_bridge(one)), None)
    test = next((one for one in crosswalks if one.evidence.kind is EvidenceKind.EQUIVALENCE_TEST), None)
    for one in reasons:
        if one.code in BRIDGED and bridge is not None:
            yield _eased(one, Verdict.D, bridge)
        elif one.code in EQUIVALENT and test is not None:
            yield _eased(one, Verdict.B, test)
        else:
            yield one


def _is_bridge(crosswalk: Crosswalk) -> bool:
    return crosswalk.evidence.kind is EvidenceKind.BRIDGING_SAMPLE and crosswalk.evidence.respondents is not None


def _eased(reason: Reason, verdict: Verdict, crosswalk: Crosswalk) -> Reason:
    known = {"crosswalk": (crosswalk.id,)}
    if crosswalk.evidence.respondents is not None:
        known["respondents"] = (f"{crosswalk.evidence.respondents}",)
    return replace(reason, verdict=verdict, values={**reason.values, **known})
