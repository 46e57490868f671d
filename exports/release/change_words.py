"""What changed between two versions of a question, in a few words, where only the code of the change is at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from questionnaires.comparability.reasons import Change

CHANGE_WORDS: Final[Mapping[str, str]] = {
    Change.NAME: "de naam van de vragenlijst",
    Change.PAGE_COUNT: "het aantal pagina’s",
    Change.LANGUAGES_ADDED: "talen erbij",
    Change.LANGUAGES_REMOVED: "talen eraf",
    Change.HELP_TEXT: "de uitleg onder de vraag",
    Change.AUDIO: "de gesproken tekst",
    Change.TITLE: "de korte naam in tabellen",
    Change.PAGE_TEXT: "de tekst bij de pagina",
    Change.CONSENT: "het gebruik van het verhaal",
    Change.SPELLING: "spelling of leestekens",
    Change.OPTION_SPELLING: "spelling of leestekens in een antwoord",
    Change.PARAM_VALUE: "een plaatselijke naam in de vraag",
    Change.SOFT_CHECK: "de controle op onwaarschijnlijke antwoorden",
    Change.TRANSLATION: "een vertaling",
    Change.CORE_ADDED_BEFORE: "nieuwe landelijke vragen ervoor",
    Change.CORE_REMOVED_BEFORE: "vervallen landelijke vragen ervoor",
    Change.ADDED_BEFORE: "een extra onderdeel ervoor",
    Change.REMOVED_BEFORE: "een vervallen onderdeel ervoor",
    Change.ORDER: "de volgorde van de vragen ervoor",
    Change.PAGE_GROUPING: "de vragen op dezelfde pagina",
    Change.MODE_ADDED: "een extra manier van invullen",
    Change.MODE_REMOVED: "een manier van invullen minder",
    Change.EASY_ADDED: "makkelijke taal erbij",
    Change.EASY_REMOVED: "makkelijke taal eraf",
    Change.EASY_TEXT: "de woorden in makkelijke taal",
    Change.OPTION_ORDER: "de volgorde van de antwoorden",
    Change.BOUNDS: "wat kan worden ingevuld",
    Change.ROUTED_ON: "een eerdere vraag die bepaalt wie de vraag krijgt",
    Change.PIPED_FROM: "een eerdere vraag waarvan het antwoord in deze vraag staat",
    Change.REFERENCE_PERIOD: "de periode waar de vraag over gaat",
    Change.POPULATION_WIDENED: "meer mensen krijgen de vraag",
    Change.CATEGORY_SPLIT: "een antwoord is gesplitst",
    Change.CATEGORY_MERGED: "antwoorden zijn samengevoegd",
    Change.CATEGORY_RENAMED: "een antwoord heet anders",
    Change.CONCEPT: "wat de vraag meet",
    Change.REWORDED: "de woorden van de vraag",
    Change.PIPE: "het eerdere antwoord dat in de vraag staat",
    Change.POLARITY: "wat een hoge waarde betekent",
    Change.ANSWER_TYPE: "de manier van antwoorden",
    Change.NUMBER_RANGE: "de getallen die kunnen",
    Change.UNIT: "wat het getal telt",
    Change.SCORE: "de berekening van de score",
    Change.POINTS: "het aantal antwoorden op de schaal",
    Change.OPTIONS_ADDED: "antwoorden erbij",
    Change.OPTIONS_REMOVED: "antwoorden eraf",
    Change.OPTION_TEXT: "de woorden van een antwoord",
    Change.OPTION_VALUE: "de waarde van een antwoord",
    Change.OPTION_STANCE: "of een antwoord positief telt",
    Change.OPTION_ALONE: "of een antwoord samen met andere kan",
    Change.MISSING_ADDED: "een antwoord als ‘weet ik niet’ erbij",
    Change.MISSING_REMOVED: "een antwoord als ‘weet ik niet’ eraf",
    Change.POPULATION_NARROWED: "minder mensen krijgen de vraag",
    Change.POPULATION_OTHER: "andere mensen krijgen de vraag",
    Change.POPULATION_UNDECIDED: "niet zeker is of dezelfde mensen de vraag krijgen",
    Change.PART: "een vraag in de score",
    Change.PARTS_ADDED: "meer vragen in de score",
    Change.PARTS_REMOVED: "minder vragen in de score",
    Change.MIN_VALID: "hoeveel antwoorden nodig zijn voor de score",
    Change.DIRECTION: "de richting van de score",
}


def changes_of(codes: Iterable[str]) -> str:
    """Return what changed, in a few words; an unknown code stays as it is.

    >>> changes_of(["reworded", "title"])
    'Veranderd: de woorden van de vraag; de korte naam in tabellen.'
    """
    return f"Veranderd: {'; '.join(CHANGE_WORDS.get(code, code) for code in codes)}."
