"""Checks of crosswalks: the versions exist (D01), the mapping fits their codes, and two people approved it (D13)."""

from __future__ import annotations

from collections.abc import Iterator

from questionnaires.comparability.crosswalks import Crosswalk, EvidenceKind, MappingFit, different_people, fit_mapping
from questionnaires.definition import Item, ScaleAnswer
from questionnaires.problems import Problem
from questionnaires.resolving import Shelf, shelf_of
from questionnaires.sources import Definitions, Source
from questionnaires.strict_yaml import suggest


def check_crosswalks(definitions: Definitions) -> Iterator[Problem]:
    """Yield every problem of the crosswalks in a set of definitions."""
    if not definitions.crosswalks:
        return
    shelf = _whole_shelf(definitions)
    for source in definitions.crosswalks.values():
        crosswalk = source.content
        old = shelf.items.get(f"{crosswalk.item}@{crosswalk.from_version}")
        new = shelf.items.get(f"{crosswalk.item}@{crosswalk.to_version}")
        yield from _check_versions(source, shelf)
        yield from _check_evidence(source)
        if old is not None and new is not None:
            yield from _check_mapping(source, _codes(old, shelf), _codes(new, shelf))


def _whole_shelf(definitions: Definitions) -> Shelf:
    """Return everything that a crosswalk may be about: all libraries, and the items of all extensions."""
    libraries = (definitions.library(name) for name in definitions.library_names())
    extensions = (definitions.extension(reference) for reference in definitions.references())
    return shelf_of(
        (one.content for one in libraries if one is not None), (one.content for one in extensions if one is not None)
    )


def _check_versions(source: Source[Crosswalk], shelf: Shelf) -> Iterator[Problem]:
    crosswalk, document = source.content, source.document
    known = [item.id for item in shelf.items.values()]
    if crosswalk.item not in known:
        cause = f"De vraag {crosswalk.item} bestaat niet."
        yield document.problem(("item",), "D01", cause, suggest(crosswalk.item, known))
        return
    versions = sorted(item.version for item in shelf.items.values() if item.id == crosswalk.item)
    for end, version in (("from", crosswalk.from_version), ("to", crosswalk.to_version)):
        if version not in versions:
            cause = f"Versie {version} van {crosswalk.item} bestaat niet."
            yield document.problem((end,), "D01", cause, f"U kunt kiezen uit: {', '.join(map(str, versions))}.")
    # A test of easy texts may be about one version; all else leads from one version to a later one.
    tested = crosswalk.evidence.kind is EvidenceKind.EQUIVALENCE_TEST
    if crosswalk.from_version > crosswalk.to_version or (crosswalk.from_version == crosswalk.to_version and not tested):
        cause = f"De omzetting gaat van versie {crosswalk.from_version} naar versie {crosswalk.to_version}."
        yield document.problem(("to",), "D13", cause, "Zet bij from de oude versie en bij to de nieuwe.")


def _check_evidence(source: Source[Crosswalk]) -> Iterator[Problem]:
    crosswalk, document = source.content, source.document
    if not different_people(crosswalk.approved_by):
        cause = "De omzetting is niet door twee verschillende mensen goedgekeurd."
        cure = "Laat een tweede redacteur meekijken en schrijf die naam erbij."
        yield document.problem(("approved_by",), "D13", cause, cure)
    if crosswalk.evidence.kind is EvidenceKind.BRIDGING_SAMPLE and crosswalk.evidence.respondents is None:
        cause = "Er staat niet hoeveel mensen beide versies hebben ingevuld."
        yield document.problem(("evidence",), "D13", cause, "Voeg toe: respondents met het aantal mensen.")


def _codes(item: Item, shelf: Shelf) -> tuple[str, ...]:
    """Return the codes of an item; none where it has no scale, or one that does not exist, which is told there."""
    scale = shelf.scales.get(item.type.scale) if isinstance(item.type, ScaleAnswer) else None
    return tuple(code.code for code in (*scale.codes, *scale.exclusive)) if scale is not None else ()


def _check_mapping(source: Source[Crosswalk], old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Problem]:
    crosswalk, document = source.content, source.document
    fit = fit_mapping(crosswalk.mapping, old, new)
    for code, became in crosswalk.mapping.items():
        if code in fit.unknown_old:
            cause = f"Het antwoord {code} bestaat niet in versie {crosswalk.from_version}."
            yield document.problem(("mapping", code), "D13", cause, suggest(code, old))
        for number, one in enumerate(became):
            if one in fit.unknown_new:
                cause = f"Het antwoord {one} bestaat niet in versie {crosswalk.to_version}."
                yield document.problem(("mapping", code, number), "D13", cause, suggest(one, new))
    if crosswalk.evidence.kind is EvidenceKind.FULL_MAPPING:
        yield from _check_full(source, fit)


def _check_full(source: Source[Crosswalk], fit: MappingFit) -> Iterator[Problem]:
    crosswalk, document = source.content, source.document
    for code in fit.unmapped:
        cause = f"Er staat niet wat er van het antwoord {code} uit versie {crosswalk.from_version} is geworden."
        yield document.problem(("mapping",), "D13", cause, f"Voeg toe: {code} met de nieuwe antwoorden erachter.")
    for code in fit.unreached:
        cause = f"Er staat niet uit welk oud antwoord {code} van versie {crosswalk.to_version} komt."
        cure = "Zet het bij een oud antwoord. Is het echt nieuw, dan kan deze omzetting niet volledig zijn."
        yield document.problem(("mapping",), "D13", cause, cure)
    for code in fit.mixed:
        cause = f"Het antwoord {code} is gesplitst, en een deel ervan is samengegaan met een ander oud antwoord."
        cure = "Laat elk nieuw antwoord uit één gesplitst oud antwoord komen, of alleen uit hele oude antwoorden."
        yield document.problem(("mapping", code), "D13", cause, cure)
