"""Checks at build: everything that must hold before a questionnaire may be published, all problems at once.

D01 references, D02 types of conditions, D03 only earlier questions, D07 when a condition is unknown, D10 each item
once, D13 codes, D14 scores. The conditions themselves are checked in `condition_checks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from questionnaires.condition_checks import Readable, check_condition, may_be_unknown
from questionnaires.definition import (
    AnswerScale,
    Composite,
    IntegerAnswer,
    IntegerRange,
    Item,
    Library,
    Module,
    Page,
    ScaleAnswer,
    ScaleType,
    Stance,
)
from questionnaires.problems import Problem
from questionnaires.strict_yaml import YamlDocument, suggest
from questionnaires.yaml_nodes import Place


@dataclass(frozen=True, slots=True)
class LibrarySource:
    """A library with the document that it was read from."""

    content: Library
    document: YamlDocument


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """A module with the document that it was read from."""

    content: Module
    document: YamlDocument


def check_library(source: LibrarySource) -> tuple[Problem, ...]:
    """Return every problem of a library by itself."""
    library, document = source.content, source.document
    problems: list[Problem] = []
    for kind in ("concepts", "scales", "items"):
        problems += _check_keys(document, kind)
    for key, scale in library.scales.items():
        problems += _check_codes(document, ("scales", key), scale)
        problems += _check_scores(document, ("scales", key), scale)
    for key, item in library.items.items():
        problems += _check_item(document, ("items", key), item, library)
    return tuple(sorted(problems))


def check_module(source: ModuleSource, library: Library) -> tuple[Problem, ...]:
    """Return every problem of a module that uses this library, which has been checked itself."""
    module, document = source.content, source.document
    problems = [*_check_keys(document, "composites")]
    problems += _check_pages(document, module, library)
    asked = {item for page in module.pages for item in page.items} & set(library.items)
    for key, composite in module.composites.items():
        problems += _check_composite(document, ("composites", key), composite, library, asked)
    problems += _check_breakdowns(document, module, library, asked)
    return tuple(sorted(problems))


def _check_keys(document: YamlDocument, kind: str) -> Iterator[Problem]:
    """Yield a problem for every named entry that has an id of its own beside the key above it."""
    entries = document.data.get(kind) if isinstance(document.data, dict) else None
    for key, entry in entries.items() if isinstance(entries, dict) else ():
        if isinstance(entry, dict) and "id" in entry:
            cause = "Deze sleutel hoort hier niet: de naam erboven is de id al."
            yield document.problem((kind, key, "id"), "D01", cause, "Haal id weg.")


def _check_codes(document: YamlDocument, place: Place, scale: AnswerScale) -> Iterator[Problem]:
    cure = "Geef elke mogelijkheid een eigen code, tekst en reden."
    for what, values in (
        ("De code", [option.code for option in scale.options]),
        ("De tekst", [option.text for option in scale.options]),
        ("De reden", [option.reason.value for option in scale.missing]),
    ):
        for value in _twice(values):
            yield document.problem(place, "D13", f"{what} {value} staat er twee keer.", cure)
    if scale.exclusive and scale.type is not ScaleType.MULTI:
        cause = "Codes onder exclusive horen alleen bij een schaal van het type multi."
        yield document.problem((*place, "exclusive"), "D13", cause, "Zet deze codes onder codes.")


def _check_scores(document: YamlDocument, place: Place, scale: AnswerScale) -> Iterator[Problem]:
    values = [code.value for code in scale.codes if code.value is not None]
    if scale.score is None:
        return
    if scale.type is not ScaleType.ORDINAL:
        cause = "Alleen een schaal van het type ordinal kan scores hebben."
        yield document.problem((*place, "score"), "D14", cause, "Haal score weg, of maak het type ordinal.")
    elif len(values) < len(scale.codes):
        cause = "Niet elke code heeft een value, en die is nodig voor een score."
        yield document.problem((*place, "codes"), "D14", cause, "Geef elke code een value.")
    elif values not in (sorted(set(values)), sorted(set(values), reverse=True)):
        cause = "De waarden van de codes gaan niet in één richting omhoog of omlaag."
        yield document.problem((*place, "codes"), "D14", cause, "Zet de codes op volgorde van hun value, elk anders.")
    elif not _stances_fit(scale):
        cause = "De stance van de codes past niet bij hun value en de polarity van de schaal."
        cure = "Bij polarity positive hoort stance positive bij hoge waarden; bij polarity negative bij lage waarden."
        yield document.problem((*place, "codes"), "D14", cause, cure)


def _stances_fit(scale: AnswerScale) -> bool:
    """Return whether every code has a stance, and a better score never has a worse stance."""
    order = (Stance.NEGATIVE, Stance.NEUTRAL, Stance.POSITIVE)
    sign = 1 if scale.polarity == "positive" else -1
    stances = [code.stance for code in sorted(scale.codes, key=lambda code: sign * (code.value or 0))]
    ranks = [order.index(stance) for stance in stances if stance is not None]
    return len(ranks) == len(stances) and ranks == sorted(ranks)


def _check_item(document: YamlDocument, place: Place, item: Item, library: Library) -> Iterator[Problem]:
    if item.concept not in library.concepts:
        cause = f"Het begrip {item.concept} bestaat niet."
        yield document.problem((*place, "concept"), "D01", cause, suggest(item.concept, library.concepts))
    if isinstance(item.type, ScaleAnswer):
        known = {scale.reference for scale in library.scales.values()}
        if item.type.scale not in known:
            cause = f"De schaal {item.type.scale} bestaat niet in deze bibliotheek."
            yield document.problem((*place, "type", "scale"), "D01", cause, suggest(item.type.scale, known))
    elif isinstance(item.type, IntegerAnswer):
        yield from _check_range(document, (*place, "type", "integer"), item.type.integer)


def _check_range(document: YamlDocument, place: Place, limits: IntegerRange) -> Iterator[Problem]:
    if limits.min >= limits.max:
        cause = f"Het laagste getal ({limits.min}) is niet lager dan het hoogste ({limits.max})."
        yield document.problem(place, "D13", cause, "Kies een min die lager is dan max.")
    elif limits.score is not None and not limits.min < limits.score.positive_from <= limits.max:
        cause = f"positive_from ({limits.score.positive_from}) past niet bij {limits.min} tot en met {limits.max}."
        cure = "Kies een getal boven min en hoogstens max."
        yield document.problem((*place, "score", "positive_from"), "D14", cause, cure)


def _check_pages(document: YamlDocument, module: Module, library: Library) -> list[Problem]:
    problems = _check_once(document, module.pages)
    scales = {scale.reference: scale for scale in library.scales.values()}
    asked = {item: library.items[item] for page in module.pages for item in page.items if item in library.items}
    earlier: frozenset[str] = frozenset()
    for number, page in enumerate(module.pages):
        place: Place = ("pages", number)
        for index, item in enumerate(page.items):
            if item not in library.items:
                cause = f"De vraag {item} bestaat niet in de bibliotheek {library.id}."
                cure = suggest(item, library.items)
                problems.append(document.problem((*place, "items", index), "D01", cause, cure))
        problems += _check_show_if(document, place, page, Readable(asked, scales, earlier))
        earlier |= set(page.items)
    return problems


def _check_once(document: YamlDocument, pages: tuple[Page, ...]) -> list[Problem]:
    found = []
    names = [(("pages", number, "id"), page.id) for number, page in enumerate(pages)]
    items = [
        (("pages", number, "items", index), item)
        for number, page in enumerate(pages)
        for index, item in enumerate(page.items)
    ]
    for what, entries in (("De pagina", names), ("De vraag", items)):
        seen: set[str] = set()
        for place, name in entries:
            if name in seen:
                found.append(document.problem(place, "D10", f"{what} {name} staat er twee keer.", "Haal er een weg."))
            seen.add(name)
    return found


def _check_show_if(document: YamlDocument, place: Place, page: Page, readable: Readable) -> Iterator[Problem]:
    if page.show_if is None:
        if page.when_unknown is not None:
            cause = "Er staat when_unknown, maar deze pagina heeft geen voorwaarde."
            yield document.problem(
                (*place, "when_unknown"), "D07", cause, "Haal when_unknown weg, of voeg show_if toe."
            )
        return
    for finding in check_condition(page.show_if, readable):
        where = (*place, "show_if", *finding.place)
        yield document.problem(where, finding.code, finding.cause, finding.cure)
    if page.when_unknown is None and may_be_unknown(page.show_if):
        cause = "De voorwaarde is onbekend als iemand de vraag overslaat; er staat niet wat er dan gebeurt."
        yield document.problem((*place, "show_if"), "D07", cause, "Voeg toe: when_unknown: show (of hide).")


def _check_composite(
    document: YamlDocument, place: Place, composite: Composite, library: Library, asked: set[str]
) -> Iterator[Problem]:
    for number, item in enumerate(composite.items):
        where = (*place, "items", number)
        if item not in asked:
            cause = f"De vraag {item} staat op geen enkele pagina."
            yield document.problem(where, "D01", cause, suggest(item, asked))
        elif not _has_score(library.items[item], library):
            cause = f"De vraag {item} heeft geen score."
            yield document.problem(where, "D14", cause, "Kies alleen vragen waarvan de schaal een score heeft.")
    for item in _twice(composite.items):
        yield document.problem((*place, "items"), "D14", f"De vraag {item} telt twee keer mee.", "Haal er een weg.")
    if composite.min_valid > len(composite.items):
        cause = f"min_valid is {composite.min_valid}, maar er zijn maar {len(composite.items)} vragen."
        yield document.problem((*place, "min_valid"), "D14", cause, "Kies hoogstens het aantal vragen.")


def _has_score(item: Item, library: Library) -> bool:
    if isinstance(item.type, IntegerAnswer):
        return item.type.integer.score is not None
    # A scale that does not exist is a problem of the library, told there.
    scores = {scale.reference: scale.score is not None for scale in library.scales.values()}
    return isinstance(item.type, ScaleAnswer) and scores.get(item.type.scale, True)


def _check_breakdowns(document: YamlDocument, module: Module, library: Library, asked: set[str]) -> Iterator[Problem]:
    single = {scale.reference for scale in library.scales.values() if scale.type is not ScaleType.MULTI}
    for number, item in enumerate(module.breakdowns):
        place = ("breakdowns", number)
        kind = library.items[item].type if item in asked else None
        if kind is None:
            cause = f"De vraag {item} staat op geen enkele pagina."
            yield document.problem(place, "D01", cause, suggest(item, asked))
        elif not (isinstance(kind, ScaleAnswer) and kind.scale in single):
            cause = f"De vraag {item} deelt mensen niet in groepen in."
            yield document.problem(
                place, "D02", cause, "Kies een vraag waarbij iedereen één antwoord uit een lijst kiest."
            )
    for item in _twice(module.breakdowns):
        yield document.problem(("breakdowns",), "D10", f"De vraag {item} staat er twee keer.", "Haal er een weg.")


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
