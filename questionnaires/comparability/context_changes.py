"""Changes of what stands around an item: what comes before it, what is seen with it, and how it can be answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from questionnaires.comparability.asked_items import AskedItem, labels
from questionnaires.comparability.context import EASY_OPTION
from questionnaires.comparability.reasons import Change, Reason, reason
from questionnaires.comparability.repairs import is_repair
from questionnaires.questionnaire import Questionnaire


def context_changes(old: AskedItem, new: AskedItem) -> Iterator[Reason]:
    """Yield what changed around an item."""
    yield from _changes_before(old, new)
    if old.context.page != new.context.page:
        yield reason(Change.PAGE_GROUPING)
    yield from _set_changes(Change.MODE_ADDED, old.context.modes, new.context.modes)
    yield from _set_changes(Change.MODE_REMOVED, new.context.modes, old.context.modes)
    yield from _easy_changes(old, new)
    if _in_both(old.context.options, new.context.options) != _in_both(new.context.options, old.context.options):
        yield reason(Change.OPTION_ORDER)
    if old.context.bounds != new.context.bounds:
        yield reason(Change.BOUNDS)


def _changes_before(old: AskedItem, new: AskedItem) -> Iterator[Reason]:
    asked_old, asked_new = old.questionnaire.items_by_id, new.questionnaire.items_by_id
    before, now = _before(old), _before(new)
    added = [item for item in now if item not in asked_old]
    removed = [item for item in before if item not in asked_new]
    yield from _named(Change.CORE_ADDED_BEFORE, Change.ADDED_BEFORE, added, new.questionnaire)
    yield from _named(Change.CORE_REMOVED_BEFORE, Change.REMOVED_BEFORE, removed, old.questionnaire)
    stayed = [item for item in before if item in asked_new]
    moved = _moved(stayed, [item for item in now if item in asked_old])
    if moved:
        yield reason(Change.ORDER, items=labels(new.questionnaire, moved))


def _before(asked: AskedItem) -> tuple[str, ...]:
    order = tuple(item.id for item in asked.questionnaire.items)
    return order[: order.index(asked.item.id)]


def _named(core: Change, other: Change, items: Sequence[str], questionnaire: Questionnaire) -> Iterator[Reason]:
    """Yield items that came or went before an item: those of the core module apart from those of other parts."""
    own = {item for page in questionnaire.pages if page.part == questionnaire.parts[0] for item in page.items}
    for change, found in (
        (core, [item for item in items if item in own]),
        (other, [item for item in items if item not in own]),
    ):
        if found:
            yield reason(change, items=labels(questionnaire, found))


def _moved(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """Return the items that came to or left this side of the item, or stand in another order; as few as explain it.

    >>> _moved(["A", "B", "C"], ["A", "C"]), _moved(["A", "B", "C"], ["C", "A", "B"])
    (['B'], ['C'])
    """
    blocks = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    stayed = {item for block in blocks for item in before[block.a : block.a + block.size]}
    return [item for item in dict.fromkeys((*before, *now)) if item not in stayed]


def _set_changes(change: Change, fewer: Sequence[str], more: Sequence[str]) -> Iterator[Reason]:
    extra = tuple(one for one in more if one not in fewer)
    if extra:
        yield reason(change, modes=extra)


def _easy_changes(old: AskedItem, new: AskedItem) -> Iterator[Reason]:
    was_easy, is_easy = ("easy" in asked.context.registers for asked in (old, new))
    if was_easy != is_easy:
        yield reason(Change.EASY_ADDED if is_easy else Change.EASY_REMOVED)
    else:
        yield from _easy_text_changes(old, new)


def _easy_text_changes(old: AskedItem, new: AskedItem) -> Iterator[Reason]:
    """Yield the easy texts that were repaired, and once that others changed. Options that came or went are told elsewhere."""
    before, now = dict(old.context.easy), dict(new.context.easy)
    changed = [key for key in sorted(before.keys() | now.keys()) if before.get(key) != now.get(key)]
    shared = [key for key in changed if _option_of(key) in {None, *_in_both(old.context.options, new.context.options)}]
    repaired = [key for key in shared if key in before and key in now and _is_repaired(key, old, new)]
    for key in repaired:
        change = Change.SPELLING if _option_of(key) is None else Change.OPTION_SPELLING
        yield reason(change, old=before[key], new=now[key])
    if len(repaired) < len(shared):
        yield reason(Change.EASY_TEXT)


def _option_of(key: str) -> str | None:
    return key.removeprefix(EASY_OPTION) if key.startswith(EASY_OPTION) else None


def _is_repaired(key: str, old: AskedItem, new: AskedItem) -> bool:
    return is_repair(old.item, new.item) if _option_of(key) is None else is_repair(old.scale, new.scale)


def _in_both(codes: Sequence[str], others: Sequence[str]) -> list[str]:
    return [code for code in codes if code in others]
