"""What a draft changes for answers and figures: each module that it changes beside the version before it, with a verdict for every item.

Statements that a second editor has to approve are counted twice: as if they were approved, and as if they were not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

from ceo.workflows.library.drafted import DraftedLibrary
from ceo.workflows.library.statements import Statement
from questionnaires.checks.definitions import assemble
from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.comparability.reasons import ItemVerdict, Verdict
from questionnaires.comparability.verdicts import VersionComparison, compare_versions
from questionnaires.definition import Item
from questionnaires.minutes import estimate_minutes
from questionnaires.modules import Module
from questionnaires.publishing import PublishedVersion, publish
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import Assembly, resolve
from questionnaires.scales import AnswerScale
from questionnaires.sources import Definitions, Source

_Repaired = TypeVar("_Repaired", Item, AnswerScale)


class ChangeKind(StrEnum):
    """What a draft does to a module."""

    NEW = "new"  # a version that was not there
    RETRANSLATED = "retranslated"  # a version that was there, with other translations
    LINKED = "linked"  # two versions that were there, with a new crosswalk between them


@dataclass(frozen=True)
class ModuleChange:
    """A module that a draft adds or changes. `old` is None for a module that nothing comes before.

    `bare` holds the verdicts without the statements that wait for approval, by item, where these are heavier.
    """

    kind: ChangeKind
    old: PublishedVersion | None
    new: PublishedVersion
    comparison: VersionComparison | None
    bare: Mapping[str, Verdict]

    @property
    def reference(self) -> str:
        """Which version of which module it is."""
        return self.new.questionnaire.reference

    @cached_property
    def minutes(self) -> tuple[float, float]:
        """An estimate for who is asked everything, before and now."""
        one, other = (self.old or self.new).questionnaire, self.new.questionnaire
        return (
            estimate_minutes(one.items, one.scales_by_reference),
            estimate_minutes(other.items, other.scales_by_reference),
        )

    @property
    def breaks(self) -> tuple[ItemVerdict, ...]:
        """The items and scores whose series stops."""
        return self.comparison.breaks if self.comparison is not None else ()


def compare_draft(drafted: DraftedLibrary, statements: Sequence[Statement]) -> tuple[ModuleChange, ...]:
    """Return what a sound draft changes, module by module: new versions, other translations, and series that a crosswalk links."""
    assert drafted.sound, "what has errors cannot be compared"
    return tuple(change for change in _changes(drafted, statements) if change is not None)


def resolve_module(source: Source[Module], definitions: Definitions) -> Questionnaire:
    """Return the questionnaire that a module of a sound library makes by itself."""
    assembly = assemble(source, definitions)
    assert isinstance(assembly, Assembly), "the checks have passed"
    return resolve(assembly, definitions)


def _changes(drafted: DraftedLibrary, statements: Sequence[Statement]) -> Iterator[ModuleChange | None]:
    new = {source.content.reference for source in drafted.new_modules}
    for history in _histories(drafted.definitions):
        versions = [publish(resolve_module(source, drafted.definitions)) for source in history]
        if versions[0].questionnaire.reference in new:
            yield ModuleChange(ChangeKind.NEW, None, versions[0], None, {})
        for source, version in zip(history, versions, strict=True):
            if source.content.reference not in new:
                yield _retranslated(drafted, source, version, statements)
        for old, later in pairwise(versions):
            if later.questionnaire.reference in new:
                yield _compared(drafted, (old, later), statements, ChangeKind.NEW)
            else:
                yield _linked(drafted, old, later, statements)


def _histories(definitions: Definitions) -> list[list[Source[Module]]]:
    """Return the versions of each module, the first one first."""
    found: dict[str, list[Source[Module]]] = {}
    for source in sorted(definitions.modules.values(), key=lambda one: (one.content.id, one.content.version)):
        found.setdefault(source.content.id, []).append(source)
    return list(found.values())


def _compared(
    drafted: DraftedLibrary,
    versions: tuple[PublishedVersion, PublishedVersion],
    statements: Sequence[Statement],
    kind: ChangeKind,
) -> ModuleChange:
    old, new = versions
    full = compare_versions(old, new, drafted.definitions.all_crosswalks())
    if not statements:
        return ModuleChange(kind, old, new, full, {})
    bare = compare_versions(_bare(old, statements), _bare(new, statements), _settled_crosswalks(drafted))
    heavier = {one.item: one.verdict for one in bare.verdicts if one.verdict != full.verdict(one.item).verdict}
    return ModuleChange(kind, old, new, full, heavier)


def _retranslated(
    drafted: DraftedLibrary, source: Source[Module], now: PublishedVersion, statements: Sequence[Statement]
) -> ModuleChange | None:
    """Return the change of a version that was there, when what is asked in it is different now; None when it is the same."""
    there = drafted.present.definitions.modules[source.content.reference]
    before = publish(resolve_module(there, drafted.present.definitions))
    same = before.content_hash == now.content_hash
    return None if same else _compared(drafted, (before, now), statements, ChangeKind.RETRANSLATED)


def _linked(
    drafted: DraftedLibrary, old: PublishedVersion, new: PublishedVersion, statements: Sequence[Statement]
) -> ModuleChange | None:
    """Return the change between two versions that were there, when a new crosswalk makes it lighter; None when none does."""
    if all(one.crosswalk is None for one in statements):
        return None
    change = _compared(drafted, (old, new), statements, ChangeKind.LINKED)
    return change if change.bare else None


def _settled_crosswalks(drafted: DraftedLibrary) -> tuple[Crosswalk, ...]:
    return drafted.present.definitions.all_crosswalks()


def _bare(version: PublishedVersion, statements: Sequence[Statement]) -> PublishedVersion:
    """Return a version as if nobody had said that a text differs in spelling only. Its hash is that of the version itself."""
    repaired = {one.versions[1] for one in statements if one.crosswalk is None}
    one = version.questionnaire
    items = tuple(_without(item) if item.reference in repaired else item for item in one.items)
    scales = tuple(_without(scale) if scale.reference in repaired else scale for scale in one.scales)
    # Field by field: a questionnaire also keeps what was worked out of its fields.
    fields = {name: getattr(one, name) for name in Questionnaire.model_fields}
    plain = Questionnaire.model_validate({**fields, "items": items, "scales": scales})
    return PublishedVersion(plain, version.content, version.content_hash)


def _without(part: _Repaired) -> _Repaired:
    return part.model_copy(update={"spelling": None})
