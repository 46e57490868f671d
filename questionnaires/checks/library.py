"""Checks of scales, items and composites by themselves: references (D01), codes (D13), scores (D14), stories (D17) and tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from questionnaires.assembling import missing_libraries, used_libraries
from questionnaires.checks.gaps import check_item_gaps, check_scale_gaps
from questionnaires.definition import (
    Composite,
    DateAnswer,
    IntegerAnswer,
    IntegerRange,
    Item,
    Library,
    NarrativeAnswer,
    ScaleAnswer,
)
from questionnaires.modules import Extension
from questionnaires.names import id_of
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly, Shelf, shelf_of
from questionnaires.scales import AnswerScale, Polarity, ScaleType, Stance
from questionnaires.sources import Definitions
from questionnaires.strict_yaml import YamlDocument, suggest
from questionnaires.yaml_nodes import Place

# Every number in a range with a score gets its score when a questionnaire is built.
MAX_SCORED_NUMBERS: Final = 1001


def check_libraries(definitions: Definitions) -> Iterator[Problem]:
    """Yield every problem of libraries by themselves."""
    for source in definitions.libraries.values():
        yield from missing_libraries(source, definitions)
        shelf = shelf_of(used_libraries(source.content, definitions))
        yield from check_shelf(source.content, source.document, shelf)


def check_local_shelf(assembly: Assembly) -> Iterator[Problem]:
    """Yield every problem of the scales, items and composites that extensions bring themselves."""
    for source in assembly.extensions:
        yield from check_shelf(source.content, source.document, assembly.shelf)


def check_shelf(definition: Library | Extension, document: YamlDocument, shelf: Shelf) -> Iterator[Problem]:
    """Yield every problem of the scales, items and composites of a library or extension; `shelf` is what they may refer to."""
    for key, scale in definition.scales.items():
        yield from _check_codes(document, ("scales", key), scale)
        yield from _check_scores(document, ("scales", key), scale)
        yield from check_scale_gaps(document, ("scales", key), scale)
    for key, item in definition.items.items():
        yield from _check_item(document, ("items", key), item, shelf)
        yield from check_item_gaps(document, ("items", key), item)
    for key, composite in definition.composites.items():
        yield from _check_composite(document, ("composites", key), composite, shelf)
    yield from _check_origin(definition, document)


def twice(values: Iterable[str]) -> list[str]:
    """Return the values that are there more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def _check_codes(document: YamlDocument, place: Place, scale: AnswerScale) -> Iterator[Problem]:
    cure = "Geef elke mogelijkheid een eigen code, tekst en reden."
    for what, values in (
        ("De code", [option.code for option in scale.options]),
        ("De tekst", [option.text for option in scale.options]),
        ("De reden", [option.reason.value for option in scale.missing]),
    ):
        for value in twice(values):
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
    elif scale.polarity is not Polarity.NONE and not _stances_fit(scale):
        cause = "De stance van de codes past niet bij hun value en de polarity van de schaal."
        cure = "Bij polarity positive hoort stance positive bij hoge waarden; bij polarity negative bij lage waarden."
        yield document.problem((*place, "codes"), "D14", cause, cure)


def _stances_fit(scale: AnswerScale) -> bool:
    """Return whether every code has a stance, and a better score never has a worse stance."""
    order = (Stance.NEGATIVE, Stance.NEUTRAL, Stance.POSITIVE)
    sign = 1 if scale.polarity is Polarity.POSITIVE else -1
    stances = [code.stance for code in sorted(scale.codes, key=lambda code: sign * (code.value or 0))]
    ranks = [order.index(stance) for stance in stances if stance is not None]
    return len(ranks) == len(stances) and ranks == sorted(ranks)


def _check_item(document: YamlDocument, place: Place, item: Item, shelf: Shelf) -> Iterator[Problem]:
    if item.concept not in shelf.concepts and item.concept != "local":
        cause = f"Het begrip {item.concept} bestaat niet."
        yield document.problem((*place, "concept"), "D01", cause, suggest(item.concept, shelf.concepts))
    yield from _check_type(document, (*place, "type"), item, shelf)
    if item.role == "effect" and item.reference_period != "now":
        cause = "Een vraag voor en na de hulp gaat over nu, anders lopen de twee metingen door elkaar."
        yield document.problem((*place, "reference_period"), "D11", cause, "Schrijf: reference_period: now.")
    for name in twice(check.id for check in item.soft_checks):
        cause = f"De zachte controle {name} staat er twee keer."
        yield document.problem((*place, "soft_checks"), "D13", cause, "Geef een van beide een andere naam.")
    yield from _check_consent(document, place, item)


def _check_type(document: YamlDocument, place: Place, item: Item, shelf: Shelf) -> Iterator[Problem]:
    if isinstance(item.type, ScaleAnswer) and item.type.scale not in shelf.scales:
        cause = f"De schaal {item.type.scale} bestaat niet."
        yield document.problem((*place, "scale"), "D01", cause, suggest(item.type.scale, shelf.scales))
    elif isinstance(item.type, IntegerAnswer):
        yield from _check_range(document, (*place, "integer"), item.type.integer)
    elif isinstance(item.type, DateAnswer):
        earliest, latest = item.type.date.earliest, item.type.date.latest
        if earliest is not None and latest is not None and earliest > latest:
            cause = f"De vroegste dag ({earliest}) komt na de laatste ({latest})."
            yield document.problem((*place, "date"), "D13", cause, "Kies een earliest die voor latest komt.")


def _check_range(document: YamlDocument, place: Place, limits: IntegerRange) -> Iterator[Problem]:
    if limits.min >= limits.max:
        cause = f"Het laagste getal ({limits.min}) is niet lager dan het hoogste ({limits.max})."
        yield document.problem(place, "D13", cause, "Kies een min die lager is dan max.")
    elif limits.score is not None and not limits.min < limits.score.positive_from <= limits.max:
        cause = f"positive_from ({limits.score.positive_from}) past niet bij {limits.min} tot en met {limits.max}."
        cure = "Kies een getal boven min en hoogstens max."
        yield document.problem((*place, "score", "positive_from"), "D14", cause, cure)
    elif limits.score is not None and limits.max - limits.min >= MAX_SCORED_NUMBERS:
        cause = f"Er zijn meer dan {MAX_SCORED_NUMBERS} getallen, en elk krijgt een score."
        yield document.problem((*place, "score"), "D14", cause, "Maak het bereik kleiner, of haal score weg.")


def _check_consent(document: YamlDocument, place: Place, item: Item) -> Iterator[Problem]:
    consent = item.consent
    if not isinstance(item.type, NarrativeAnswer):
        if consent is not None:
            cause = "Alleen bij een verhaal wordt om toestemming gevraagd."
            yield document.problem((*place, "consent"), "D17", cause, "Haal consent weg.")
    elif consent is None:
        cause = "Bij dit verhaal staat niet waarvoor toestemming wordt gevraagd."
        cure = "Voeg toe: consent, met ask: after, scopes en default: none."
        yield document.problem(place, "D17", cause, cure)
    elif consent.default != "none":
        cause = "Hier staat toestemming aan voordat iemand die heeft gegeven."
        yield document.problem((*place, "consent", "default"), "D17", cause, "Schrijf: default: none.")
    elif twice(consent.scopes):
        cause = f"De toestemming {twice(consent.scopes)[0]} wordt twee keer gevraagd."
        yield document.problem((*place, "consent", "scopes"), "D17", cause, "Haal er een weg.")


def _check_composite(document: YamlDocument, place: Place, composite: Composite, shelf: Shelf) -> Iterator[Problem]:
    for number, reference in enumerate(composite.items):
        where = (*place, "items", number)
        item = shelf.items.get(reference)
        if item is None:
            cause = f"De vraag {reference} bestaat niet."
            yield document.problem(where, "D01", cause, suggest(reference, shelf.items))
        elif not _has_score(item, shelf):
            cause = f"De vraag {reference} heeft geen score."
            yield document.problem(where, "D14", cause, "Kies alleen vragen waarvan de schaal een score heeft.")
        elif not _has_direction(item, shelf):
            cause = f"Bij de vraag {reference} staat niet of een hoge waarde goed of slecht is."
            cure = "Geef de schaal of de vraag polarity: positive of polarity: negative."
            yield document.problem(where, "D14", cause, cure)
    for name in twice(map(id_of, composite.items)):
        yield document.problem((*place, "items"), "D14", f"De vraag {name} telt twee keer mee.", "Haal er een weg.")
    if composite.min_valid > len(composite.items):
        cause = f"min_valid is {composite.min_valid}, maar er zijn maar {len(composite.items)} vragen."
        yield document.problem((*place, "min_valid"), "D14", cause, "Kies hoogstens het aantal vragen.")


def _has_score(item: Item, shelf: Shelf) -> bool:
    if isinstance(item.type, IntegerAnswer):
        return item.type.integer.score is not None
    # A scale that does not exist is a problem of the item, told there.
    scale = shelf.scales.get(item.type.scale) if isinstance(item.type, ScaleAnswer) else None
    return isinstance(item.type, ScaleAnswer) and (scale is None or scale.score is not None)


def _has_direction(item: Item, shelf: Shelf) -> bool:
    """Return whether a high value is a good or a bad experience; that of a number is good unless the item says otherwise."""
    scale = shelf.scales.get(item.type.scale) if isinstance(item.type, ScaleAnswer) else None
    polarity = item.polarity or (scale.polarity if scale is not None else Polarity.POSITIVE)
    return polarity is not Polarity.NONE


def _check_origin(definition: Library | Extension, document: YamlDocument) -> Iterator[Problem]:
    """Yield each national item without a concept, and each local one that does not say whether it could point at a person."""
    for key, item in definition.items.items():
        if isinstance(definition, Library) and item.concept == "local":
            cause = "Alleen een vraag van een gemeente of regio kan begrip local hebben."
            yield document.problem(("items", key, "concept"), "D01", cause, "Kies een begrip uit concepts.")
        elif isinstance(definition, Extension) and item.disclosure is None:
            cause = "Er staat niet of het antwoord, samen met andere antwoorden, iemand kan aanwijzen."
            cure = "Voeg toe: disclosure: {quasi_identifier: true} of {quasi_identifier: false}."
            yield document.problem(("items", key), "D16", cause, cure)
