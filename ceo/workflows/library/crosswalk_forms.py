"""A crosswalk from a form: two versions of a question, what became of each answer, and the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from ceo.workflows.library.approvers import PLACEHOLDERS
from ceo.workflows.library.current import NationalLibrary
from questionnaires.comparability.crosswalks import Crosswalk, Evidence, EvidenceKind, fit_mapping
from questionnaires.definition import Item, ScaleAnswer
from questionnaires.exchange.yaml_writing import write_definition
from questionnaires.names import id_of, version_of
from questionnaires.resolving import shelf_of
from questionnaires.sources import Definitions

LONGEST_REPORT: Final = 500
MOST_RESPONDENTS: Final = 10_000_000


class Fault(StrEnum):
    """What keeps a form from becoming a crosswalk."""

    VERSIONS = "versions"  # no such versions, or not from an earlier to a later one
    REPORT = "report"  # nothing says what was found and where that is written
    RESPONDENTS = "respondents"  # a bridging sample names its number of people
    UNKNOWN_CODE = "unknown_code"
    UNMAPPED = "unmapped"
    UNREACHED = "unreached"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Ends:
    """The two versions that a crosswalk connects, with their answers: code and text."""

    old: Item
    new: Item
    old_codes: Mapping[str, str]
    new_codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CrosswalkForm:
    """A form as it was filled in: references of both versions, for each old code the new ones, and the evidence."""

    old: str
    new: str
    mapping: Mapping[str, tuple[str, ...]]
    evidence: EvidenceKind
    report: str
    respondents: int | None


@dataclass(frozen=True, slots=True)
class Faults:
    """Why a form is not a crosswalk yet: each fault with the codes that it is about."""

    found: Mapping[Fault, tuple[str, ...]]


def find_ends(definitions: Definitions, old: str, new: str) -> Ends | None:
    """Return two versions of one question with their answers; None when there are none, or the first is the later one.

    One version by itself is meant when both are the same: a test of easy texts is about one version.
    """
    shelf = shelf_of(source.content for source in definitions.libraries.values())
    one, other = shelf.items.get(old), shelf.items.get(new)
    if one is None or other is None or one.id != other.id or one.version > other.version:
        return None

    def codes(item: Item) -> dict[str, str]:
        scale = shelf.scales.get(item.type.scale) if isinstance(item.type, ScaleAnswer) else None
        return {code.code: code.text for code in (*scale.codes, *scale.exclusive)} if scale is not None else {}

    return Ends(one, other, codes(one), codes(other))


def pairs_to_map(definitions: Definitions) -> tuple[tuple[str, str, str], ...]:
    """Return the versions that a crosswalk could connect: title of the question, earlier version, later version."""
    shelf = shelf_of(source.content for source in definitions.libraries.values())
    versions: dict[str, list[Item]] = {}
    for item in sorted(shelf.items.values(), key=lambda one: (one.id, one.version)):
        versions.setdefault(item.id, []).append(item)
    return tuple(
        (later.title, earlier.reference, later.reference)
        for found in versions.values()
        for number, later in enumerate(found)
        for earlier in found[:number]
    )


def write_crosswalk(
    form: CrosswalkForm, definitions: Definitions, present: NationalLibrary, today: date
) -> tuple[str, str] | Faults:
    """Return the name and the text of the file with a crosswalk, or why there cannot be one yet."""
    ends = find_ends(definitions, form.old, form.new)
    if ends is None or (form.old == form.new and form.evidence is not EvidenceKind.EQUIVALENCE_TEST):
        return Faults({Fault.VERSIONS: ()})
    faults = dict(_faults(form, ends))
    if faults:
        return Faults(faults)
    item, earlier, later = id_of(form.new), version_of(form.old), version_of(form.new)
    name = _free_name(f"nl.ceo.{item.lower()}-{earlier}-{later}", present)
    crosswalk = Crosswalk(
        format="ceo-def/1",
        kind="crosswalk",
        id=name,
        item=item,
        from_version=earlier,
        to_version=later,
        mapping={code: became for code, became in form.mapping.items() if became},
        evidence=Evidence(kind=form.evidence, report=form.report.strip(), respondents=form.respondents),
        approved_by=PLACEHOLDERS,
        approved_on=today,
    )
    return f"bibliotheken/overgang-{name.removeprefix('nl.ceo.')}.yaml", write_definition(crosswalk)


def _faults(form: CrosswalkForm, ends: Ends) -> Iterator[tuple[Fault, tuple[str, ...]]]:
    if not form.report.strip() or len(form.report.strip()) > LONGEST_REPORT:
        yield Fault.REPORT, ()
    counted = form.respondents is not None and 1 <= form.respondents <= MOST_RESPONDENTS
    if not counted and (form.respondents is not None or form.evidence is EvidenceKind.BRIDGING_SAMPLE):
        yield Fault.RESPONDENTS, ()
    mapping = {code: became for code, became in form.mapping.items() if became}
    fit = fit_mapping(mapping, ends.old_codes, ends.new_codes)
    if not fit.known:
        yield Fault.UNKNOWN_CODE, (*fit.unknown_old, *fit.unknown_new)
    if form.evidence is EvidenceKind.FULL_MAPPING:
        for fault, codes in (
            (Fault.UNMAPPED, fit.unmapped),
            (Fault.UNREACHED, fit.unreached),
            (Fault.MIXED, fit.mixed),
        ):
            if codes:
                yield fault, codes


def _free_name(name: str, present: NationalLibrary) -> str:
    """Return a name that no crosswalk of the library has: these are never changed."""
    number, found = 1, name
    while found in present.definitions.crosswalks:
        number += 1
        found = f"{name}-nr{number}"
    return found
