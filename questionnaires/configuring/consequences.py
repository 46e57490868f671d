"""Consequences: what publishing a configuration would change, in facts that a page can put into words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from questionnaires.checks.definitions import assemble
from questionnaires.comparability.canonical import canonical_json, hash_content
from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.comparability.reasons import ItemVerdict, Reason, Verdict
from questionnaires.comparability.verdicts import compare_versions
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.documents import Document
from questionnaires.configuring.examining import Examination, examine_assembled
from questionnaires.configuring.foundation import Foundation
from questionnaires.configuring.remarks import Remark
from questionnaires.publishing import PublishedVersion, publish
from questionnaires.resolving import Assembly, languages_wanted, resolve


@dataclass(frozen=True, slots=True)
class Compared:
    """A version that was there before, and what may be done with the answers to both, for each item and score.

    `for_residents` and `for_series` say it in Dutch sentences; `notes` are changes of the questionnaire as a whole.
    """

    reference: str
    verdicts: tuple[ItemVerdict, ...]
    notes: tuple[Reason, ...]
    summary: Mapping[Verdict, int]
    for_residents: tuple[str, ...]
    for_series: tuple[str, ...]

    @property
    def breaks(self) -> tuple[ItemVerdict, ...]:
        """The items and scores whose series stops."""
        return tuple(one for one in self.verdicts if one.verdict in {Verdict.D, Verdict.E})


@dataclass(frozen=True, slots=True)
class Outlook:
    """What publishing a document would bring about. `published` is what would be sealed.

    `offered` are the languages in which it could be filled in, `left_out` those of the core or the version before in which it could
    not. `before` is None where this municipality published nothing like it before.
    """

    published: PublishedVersion
    examination: Examination
    offered: tuple[str, ...]
    left_out: tuple[str, ...]
    before: Compared | None
    core: Compared

    @property
    def accepted(self) -> tuple[Remark, ...]:
        """The warnings that were accepted, with their reasons."""
        return self.examination.accepted

    @property
    def seen(self) -> str:
        """The hash of what somebody who looked at all of this has seen."""
        accepted = [[one.code, one.about, one.reason] for one in self.accepted]
        compared = [list(_letters(one)) for one in (self.before, self.core) if one is not None]
        return hash_content(canonical_json([self.published.content_hash, accepted, compared, list(self.left_out)]))


def foresee(
    document: Document, foundation: Foundation, before: PublishedVersion | None
) -> Outlook | tuple[Remark, ...]:
    """Return what publishing a document would bring about, or the errors because of which it cannot be published.

    `before` is what this municipality published last of the same.
    """
    assembled = Assembled(document, foundation)
    examination, assembly = examine_assembled(assembled), assembled.assembly
    if examination.errors or not isinstance(assembly, Assembly):
        return examination.errors
    published, crosswalks = assembled.published, foundation.definitions.all_crosswalks()
    core = assemble(assembly.core, foundation.definitions)
    assert isinstance(core, Assembly), "the core has been checked"
    alone = publish(resolve(core, foundation.definitions))
    offered = published.questionnaire.languages
    known = (*languages_wanted(core), *(before.questionnaire.languages if before is not None else ()))
    return Outlook(
        published=published,
        examination=examination,
        offered=offered,
        left_out=tuple(one for one in dict.fromkeys(known) if one not in offered),
        before=_compare(before, published, crosswalks) if before is not None else None,
        core=_compare(alone, published, crosswalks),
    )


def _compare(old: PublishedVersion, new: PublishedVersion, crosswalks: Sequence[Crosswalk]) -> Compared:
    comparison = compare_versions(old, new, crosswalks)
    return Compared(
        reference=old.questionnaire.reference,
        verdicts=comparison.verdicts,
        notes=comparison.notes,
        summary=comparison.summary,
        for_residents=comparison.for_residents,
        for_series=comparison.for_series,
    )


def _letters(compared: Compared) -> Iterator[str]:
    yield compared.reference
    yield from (f"{one.item} {one.verdict}" for one in compared.verdicts)
