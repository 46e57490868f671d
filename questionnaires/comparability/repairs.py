"""Repairs: what two editors vouch for as spelling or punctuation only."""

from __future__ import annotations

from questionnaires.comparability.crosswalks import different_people
from questionnaires.comparability.reasons import Change, Reason, reason
from questionnaires.definition import Item
from questionnaires.scales import AnswerScale


def is_repair(old: Item | AnswerScale | None, new: Item | AnswerScale | None) -> bool:
    """Return whether two different editors vouch that one version only repairs the spelling of the other.

    Either may be the later one. A repair of a repair is not one: each step may be small, and all together large.
    """
    if old is None or new is None:
        return False
    earlier, later = sorted((old, new), key=lambda one: one.version)
    repair = later.spelling
    return (
        repair is not None
        and earlier.id == later.id
        and repair.of == earlier.version
        and different_people(repair.approved_by)
    )


def other_words(change: Change, old: str, new: str, *, repaired: bool) -> Reason:
    """Return the reason that words of a question are others: a repair of spelling, or this change."""
    return reason(Change.SPELLING if repaired else change, old=old, new=new)
