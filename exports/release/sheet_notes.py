"""The notes of a workbook: what its words mean, what changed between versions of the questionnaire, and how the questions were put."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from exports.release.change_words import changes_of
from exports.release.cube import SealedCube
from exports.release.facts import AreaType, Break, Indicator, ReleaseFacts
from exports.release.introducing import notices_of
from exports.release.labels import Labels
from exports.release.reading_words import (
    AREA_WORDS,
    FLAG_MEANINGS,
    FLAGS,
    MEASURE_MEANINGS,
    MEASURE_WORDS,
    is_hidden,
    reason_of,
)
from exports.release.sheet import Line, Look, Sheet
from exports.wording import count_words
from questionnaires.comparability.reasons import Verdict
from questionnaires.comparability.words import VERDICT_WORDS

NOTES: Final = "Toelichting"
_WIDTHS: Final = (40, 34, 60, 44)
_HIDDEN: Final = "Anders is iemand te herkennen, of is een ander weggelaten cijfer uit te rekenen."
_NOT_THERE: Final = "Met deze antwoorden is geen cijfer te berekenen dat klopt."


def notes_sheet(release: SealedCube, name: str) -> Sheet:
    """Return the notes. Words are explained that occur in this release."""
    return Sheet(name, _WIDTHS, _lines(release))


def _lines(release: SealedCube) -> Iterator[Line]:
    yield Line((f"{release.facts.title}: toelichting",), Look.TITLE)
    yield from (Line((text,), Look.WARNING) for text in notices_of(release))
    for block in (
        _measures(release),
        _flags(release),
        _reasons(release),
        _changes(release.facts),
        _questions(release.facts),
        _areas(release.facts),
    ):
        lines = list(block)
        # A heading and a head alone say nothing.
        if any(line.look is Look.TEXT for line in lines):
            yield Line(())
            yield from lines


def _measures(release: SealedCube) -> Iterator[Line]:
    yield Line(("Maat: wat een waarde is",), Look.HEADING)
    yield Line(("Woorden", "Code", "Betekenis"), Look.HEAD)
    found = set(_different(release, "measure"))
    for measure, words in MEASURE_WORDS.items():
        if measure in found:
            yield Line((words, str(measure), MEASURE_MEANINGS[measure]))


def _flags(release: SealedCube) -> Iterator[Line]:
    yield Line(("Let op: wat de woorden betekenen",), Look.HEADING)
    yield Line(("Woorden", "Code", "Betekenis"), Look.HEAD)
    found = {flag for flags in _different(release, "flags") for flag in flags.split()}
    for flag, words in FLAGS.items():
        if flag in found:
            yield Line((words, flag, FLAG_MEANINGS[flag]))


def _reasons(release: SealedCube) -> Iterator[Line]:
    yield Line(("Waarom er geen cijfer staat",), Look.HEADING)
    yield Line(("Woorden", "Code", "Betekenis"), Look.HEAD)
    for code in sorted(filter(None, _different(release, "suppression"))):
        yield Line((reason_of(code, floor=release.facts.floor), code, _HIDDEN if is_hidden(code) else _NOT_THERE))


def _changes(facts: ReleaseFacts) -> Iterator[Line]:
    yield Line(("Verschillende versies van de vragenlijst",), Look.HEADING)
    yield Line(("Onderwerp", "Versies", "Wat dat betekent", "Wat er veranderde"), Look.HEAD)
    for one in sorted(facts.indicators, key=lambda it: all(mark.pooled for mark in it.breaks)):
        for mark in one.breaks:
            yield Line(
                (one.label, f"{mark.old} en {mark.new}", _meaning(mark, Labels(facts)), changes_of(mark.reasons))
            )


def _meaning(mark: Break, labels: Labels) -> str:
    verdict = VERDICT_WORDS[Verdict(mark.verdict)]
    if mark.pooled:
        return verdict
    return f"{verdict} De antwoorden op {mark.old} staan apart, bij ‘{labels.indicator(mark.earlier)}’."


def _questions(facts: ReleaseFacts) -> Iterator[Line]:
    yield Line(("Zo zijn de vragen gesteld",), Look.HEADING)
    yield Line(("Onderwerp", "Vragenlijst", "Vraag", "Aan wie"), Look.HEAD)
    for one in facts.indicators:
        for questionnaire, question in _wordings(one):
            yield Line((one.label, questionnaire, question, one.universe))
        if one.items:
            names = Labels(facts)
            yield Line((one.label, "", f"Score over: {'; '.join(map(names.indicator, one.items))}.", one.universe))


def _wordings(one: Indicator) -> Iterator[tuple[str, str]]:
    if one.wordings:
        yield from ((it.reference, it.text) for it in one.wordings)
    elif one.question:
        yield "", one.question


def _areas(facts: ReleaseFacts) -> Iterator[Line]:
    yield Line(("Gebieden van meer gemeenten",), Look.HEADING)
    yield Line(("Gebied", "Soort gebied", "Gemeenten in deze uitgave"), Look.HEAD)
    names = Labels(facts)
    for area in facts.areas:
        if area.kind is AreaType.MUNICIPALITY:
            continue
        everyone = area.kind is AreaType.NATION
        members = "" if everyone else f": {', '.join(sorted(map(names.area, area.members), key=str.casefold))}"
        counted = f"{count_words(len(area.members), 'gemeente', 'gemeenten')}{members}"
        yield Line((area.name, AREA_WORDS[area.kind], counted))


def _different(release: SealedCube, column: str) -> list[str]:
    """Return the different texts of a column."""
    import pyarrow.compute as pc

    found: list[str] = pc.unique(release.cube.table[column]).to_pylist()
    return found
