"""Verdicts: for every item and composite of two versions, whether the answers may be taken together, and why.

The changes and what each means are the table in `reasons`; the worst change of an item wins. Choices behind it:

- Content decides, not version numbers: two scales with the same options are the same scale, and a composite whose parts
  have new versions without another meaning goes on.
- The order of two versions does not decide whether they may be pooled: a spelling repair, a mode or a soft check that
  goes counts as one that comes. Only D and E may change places: who is asked widens one way and narrows the other, and a
  crosswalk leads one way.
- Who is asked is compared exactly, over all answers, so a condition that is written differently for the same people
  changes nothing. An item that is routed on an item with verdict D or E has at least C: the same condition now lets
  other people through. The same holds for an item that shows an earlier answer to such an item.
- Whatever is asked before an item may colour its answers: core items, but also optional modules and local pages.
- A full mapping bridges categories only where each old code was split, or went together with others, not both. The points
  of a rating scale need a bridging sample.
- Bounds on texts, stories and days are surroundings (C): they stop few people and change nothing of the question. Bounds
  on numbers are measurement (E): people place themselves between them.
- Another translation of the same Dutch words is noted (B).
- What serves only the analysis or the release of answers is not compared: themes, breakdowns, disclosure, the role in
  before and after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questionnaires.comparability.asked_items import AskedItem, asked_items, labels
from questionnaires.comparability.composite_changes import compare_composites
from questionnaires.comparability.context_changes import context_changes
from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.comparability.easing import ease, usable_crosswalks
from questionnaires.comparability.measurement_changes import measurement_changes, population_change
from questionnaires.comparability.populations import Population, compare_populations
from questionnaires.comparability.presentation_changes import presentation_changes
from questionnaires.comparability.reasons import (
    BROKEN,
    Change,
    ItemVerdict,
    Reason,
    Verdict,
    reason,
    verdict_of,
    worst_first,
)
from questionnaires.comparability.telling import tell_residents, tell_series
from questionnaires.comparability.words import words_for
from questionnaires.minutes import estimate_minutes
from questionnaires.publishing import PublishedVersion
from questionnaires.questionnaire import Questionnaire

__all__ = ["ItemVerdict", "Reason", "Verdict", "VersionComparison", "compare_versions"]


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """Two versions of a questionnaire compared: items in the order of asking, those that are gone behind, then composites.

    `notes` are changes of the questionnaire as a whole.
    """

    old: PublishedVersion
    new: PublishedVersion
    verdicts: tuple[ItemVerdict, ...]
    notes: tuple[Reason, ...]

    def verdict(self, item: str) -> ItemVerdict:
        """Return the verdict on an item or composite; an id that neither version knows is our bug."""
        return next(one for one in self.verdicts if one.item == item)

    def poolable(self, item: str) -> bool:
        """Return whether the answers of both versions may be taken together."""
        return self.verdict(item).poolable

    @property
    def breaks(self) -> tuple[ItemVerdict, ...]:
        """The items and composites of both versions whose series stops: verdict D or E."""
        return tuple(one for one in self.verdicts if one.verdict in BROKEN)

    @property
    def summary(self) -> dict[Verdict, int]:
        """The number of items and composites by verdict."""
        counts = Counter(one.verdict for one in self.verdicts)
        return {verdict: counts[verdict] for verdict in Verdict}

    @property
    def for_residents(self) -> tuple[str, ...]:
        """What changes for people who fill it in, in Dutch."""
        questionnaires = (self.old.questionnaire, self.new.questionnaire)
        before, now = (estimate_minutes(one.items, one.scales_by_reference) for one in questionnaires)
        return tell_residents(self.verdicts, self.notes, (before, now))

    @property
    def for_series(self) -> tuple[str, ...]:
        """What changes for people who follow figures over time, in Dutch, the worst first."""
        return tell_series(self.verdicts)

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values, with the words of each reason."""
        return {
            "old": {"questionnaire": self.old.questionnaire.reference, "content_hash": self.old.content_hash},
            "new": {"questionnaire": self.new.questionnaire.reference, "content_hash": self.new.content_hash},
            "summary": {verdict.value: count for verdict, count in self.summary.items()},
            "notes": [_reason_json(note) for note in self.notes],
            "verdicts": [_verdict_json(one) for one in self.verdicts],
            "for_residents": list(self.for_residents),
            "for_series": list(self.for_series),
        }


def compare_versions(
    old: PublishedVersion, new: PublishedVersion, crosswalks: Sequence[Crosswalk] = ()
) -> VersionComparison:
    """Return the verdict on every item and composite of two versions, or of two questionnaires on the same core."""
    before, now = asked_items(old.questionnaire), asked_items(new.questionnaire)
    own = dict(_own_reasons(before, now, crosswalks))
    broken = {item for item, reasons in own.items() if any(one.verdict in BROKEN for one in reasons)}
    items = {
        item: _verdict(before.get(item), now.get(item), (*own.get(item, ()), *_inherited(before, now, item, broken)))
        for item in (*now, *(item for item in before if item not in now))
    }
    composites = compare_composites(old.questionnaire, new.questionnaire, items)
    return VersionComparison(
        old, new, (*items.values(), *composites), tuple(_notes(old.questionnaire, new.questionnaire))
    )


def _own_reasons(
    before: Mapping[str, AskedItem], now: Mapping[str, AskedItem], crosswalks: Sequence[Crosswalk]
) -> Iterator[tuple[str, tuple[Reason, ...]]]:
    """Yield what changed in each item that both versions ask, apart from what it inherits from others."""
    populations: dict[tuple[str, str], Population] = {}
    for item in (item for item in now if item in before):
        was, became = before[item], now[item]
        usable = usable_crosswalks(crosswalks, was, became)
        pages = (was.page.id, became.page.id)
        if pages not in populations:  # items of one page are asked of the same people
            populations[pages] = compare_populations(was.questionnaire, became.questionnaire, item)
        reasons = (
            *measurement_changes(was, became, usable),
            *population_change(populations[pages]),
            *context_changes(was, became),
            *presentation_changes(was, became),
        )
        yield item, tuple(ease(reasons, usable))


def _inherited(
    before: Mapping[str, AskedItem], now: Mapping[str, AskedItem], item: str, broken: set[str]
) -> Iterator[Reason]:
    """Yield a reason when an item depends on items that may not be pooled themselves."""
    if item not in before or item not in now:
        return
    was, became = before[item], now[item]
    routed = sorted((was.decided_by | became.decided_by) & broken)
    if routed:
        yield reason(Change.ROUTED_ON, items=labels(became.questionnaire, routed))
    pipes = (*was.measurement.pipes.values(), *became.measurement.pipes.values())
    piped = sorted({pipe.answer for pipe in pipes} & broken)
    if piped:
        yield reason(Change.PIPED_FROM, items=labels(became.questionnaire, piped))


def _verdict(was: AskedItem | None, became: AskedItem | None, reasons: Sequence[Reason]) -> ItemVerdict:
    asked = became or was
    assert asked is not None, "an item is in one of the versions"
    versions = (was.item.version if was is not None else None, became.item.version if became is not None else None)
    verdict = verdict_of(tuple(reasons), *versions)
    return ItemVerdict(asked.item.id, asked.item.title, *versions, verdict, worst_first(reasons))


def _notes(old: Questionnaire, new: Questionnaire) -> Iterator[Reason]:
    """Yield what changed in the questionnaire as a whole."""
    if old.title != new.title:
        yield reason(Change.NAME, old=old.title, new=new.title)
    if len(old.pages) != len(new.pages):
        yield reason(Change.PAGE_COUNT, before=f"{len(old.pages)}", now=f"{len(new.pages)}")
    for change, fewer, more in (
        (Change.LANGUAGES_ADDED, old.languages, new.languages),
        (Change.LANGUAGES_REMOVED, new.languages, old.languages),
    ):
        extra = tuple(language for language in more if language not in fewer)
        if extra:
            yield reason(change, languages=extra)


def _verdict_json(one: ItemVerdict) -> dict[str, Any]:
    return {
        "item": one.item,
        "title": one.title,
        "old_version": one.old_version,
        "new_version": one.new_version,
        "verdict": one.verdict.value,
        "poolable": one.poolable,
        "reasons": [_reason_json(reason) for reason in one.reasons],
    }


def _reason_json(one: Reason) -> dict[str, Any]:
    values = {name: list(texts) for name, texts in one.values.items()}
    return {"code": one.code.value, "verdict": one.verdict.value, "values": values, "words": words_for(one)}
