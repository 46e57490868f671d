"""Changes of composites: the worst of their parts, and how they are computed themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from questionnaires.comparability.asked_items import labels
from questionnaires.comparability.reasons import Change, ItemVerdict, Reason, Verdict, reason, verdict_of, worst_first
from questionnaires.definition import Composite
from questionnaires.names import id_of
from questionnaires.questionnaire import Questionnaire


def compare_composites(
    old: Questionnaire, new: Questionnaire, items: Mapping[str, ItemVerdict]
) -> Iterator[ItemVerdict]:
    """Yield the verdict on each composite of either version; `items` are the verdicts on its parts."""
    before, now = ({one.id: one for one in questionnaire.composites} for questionnaire in (old, new))
    for name in (*now, *(name for name in before if name not in now)):
        was, became = before.get(name), now.get(name)
        title = (became or before[name]).title
        reasons: tuple[Reason, ...] = ()
        if was is not None and became is not None:
            added, removed = _only_in(became, was), _only_in(was, became)
            reasons = (
                *_part_changes(became, items),
                *((reason(Change.PARTS_ADDED, items=labels(new, added)),) if added else ()),
                *((reason(Change.PARTS_REMOVED, items=labels(old, removed)),) if removed else ()),
                *_own_changes(was, became),
            )
        versions = (was.version if was is not None else None, became.version if became is not None else None)
        verdict = verdict_of(reasons, *versions)
        yield ItemVerdict(name, title, *versions, verdict, worst_first(reasons), composite=True)


def _only_in(composite: Composite, other: Composite) -> tuple[str, ...]:
    others = {id_of(part) for part in other.items}
    return tuple(part for part in map(id_of, composite.items) if part not in others)


def _part_changes(composite: Composite, items: Mapping[str, ItemVerdict]) -> Iterator[Reason]:
    """Yield the parts that are not the same, one reason for each verdict."""
    parts = [items[id_of(part)] for part in composite.items]
    for verdict in (Verdict.B, Verdict.C, Verdict.D, Verdict.E):
        found = tuple(part.label for part in parts if part.verdict is verdict)
        if found:
            yield Reason(Change.PART, verdict, {"items": found})


def _own_changes(was: Composite, became: Composite) -> Iterator[Reason]:
    if was.min_valid != became.min_valid:
        yield reason(Change.MIN_VALID, before=f"{was.min_valid}", now=f"{became.min_valid}")
    if was.direction != became.direction:
        yield reason(Change.DIRECTION)
    if was.title != became.title:
        yield reason(Change.TITLE, old=was.title, new=became.title)
