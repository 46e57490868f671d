"""Words for verdicts and reasons, in Dutch that someone understands who sees a comparison for the first time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from questionnaires.comparability.reasons import Change, Reason, Verdict

VERDICT_WORDS: Final[Mapping[Verdict, str]] = {
    Verdict.A: "Gelijk. De antwoorden mogen samen.",
    Verdict.B: "Gelijk, met een voetnoot. De antwoorden mogen samen.",
    Verdict.C: "Gelijk, maar er omheen is iets veranderd. De antwoorden mogen samen. Zet er in grafieken een teken bij.",
    Verdict.D: "De antwoorden mogen niet samen. Een goedgekeurde omzetting kan de oude en de nieuwe reeks verbinden.",
    Verdict.E: "De antwoorden mogen niet samen. Er begint een nieuwe reeks.",
    Verdict.ADDED: "Nieuw. Er is nog geen eerdere reeks.",
    Verdict.REMOVED: "Vervallen. De reeks stopt.",
}

# In braces stand the values of the reason: texts of the questionnaire in quotes, all else as it is.
SENTENCES: Final[Mapping[Change, str]] = {
    Change.NAME: "De vragenlijst heet nu {new}; eerst was dat {old}.",
    Change.PAGE_COUNT: "De vragenlijst heeft nu {now} pagina’s; eerst waren dat er {before}.",
    Change.LANGUAGES_ADDED: "De vragenlijst is er nu ook in het {languages}.",
    Change.LANGUAGES_REMOVED: "De vragenlijst is er niet meer in het {languages}.",
    Change.HELP_TEXT: "De uitleg onder de vraag is veranderd.",
    Change.AUDIO: "De gesproken tekst bij de vraag is veranderd.",
    Change.TITLE: "De korte naam in tabellen is nu {new}; eerst was dat {old}.",
    Change.PAGE_TEXT: "De titel van de pagina of de aanwijzing op papier is veranderd.",
    Change.CONSENT: "Wat iemand kan kiezen over het gebruik van het verhaal, is veranderd.",
    Change.SPELLING: "Een fout in spelling of leestekens is hersteld: {old} is nu {new}.",
    Change.OPTION_SPELLING: "In een antwoord is een fout in spelling of leestekens hersteld: {old} is nu {new}.",
    Change.PARAM_VALUE: "In de vraag staat een andere plaatselijke naam: {new} in plaats van {old}.",
    Change.SOFT_CHECK: "De vraag of een onwaarschijnlijk antwoord klopt, is nieuw, anders of weg.",
    Change.TRANSLATION: "De Nederlandse woorden zijn gelijk, maar de vertaling is anders in het {languages}.",
    Change.CORE_ADDED_BEFORE: "Voor deze vraag komt nu eerst iets nieuws uit de landelijke vragenlijst: {items}.",
    Change.CORE_REMOVED_BEFORE: "Voor deze vraag is iets uit de landelijke vragenlijst vervallen: {items}.",
    Change.ADDED_BEFORE: "Voor deze vraag is een extra onderdeel ingevoegd: {items}.",
    Change.REMOVED_BEFORE: "Voor deze vraag is een extra onderdeel weggehaald: {items}.",
    Change.ORDER: "De volgorde van wat voor deze vraag komt, is anders. Verplaatst: {items}.",
    Change.PAGE_GROUPING: "Op dezelfde pagina als deze vraag staan nu andere vragen.",
    Change.MODE_ADDED: "De vragenlijst kan nu ook {modes} worden ingevuld.",
    Change.MODE_REMOVED: "De vragenlijst kan niet meer {modes} worden ingevuld.",
    Change.EASY_ADDED: "De vragenlijst is er nu ook in makkelijke taal.",
    Change.EASY_REMOVED: "De vragenlijst is er niet meer in makkelijke taal.",
    Change.EASY_TEXT: "De woorden in makkelijke taal zijn veranderd.",
    Change.OPTION_ORDER: "De antwoorden staan in een andere volgorde.",
    Change.BOUNDS: "De lengte van de tekst, de manier van vertellen of de dagen die mogen, zijn veranderd.",
    Change.ROUTED_ON: "Wie deze vraag krijgt, hangt af van iets dat zelf niet te vergelijken is: {items}.",
    Change.PIPED_FROM: "In de vraag staat een eerder antwoord, dat zelf niet te vergelijken is: {items}.",
    Change.REFERENCE_PERIOD: "De vraag gaat nu over {now}; eerst was dat {before}.",
    Change.POPULATION_WIDENED: "Meer mensen krijgen de vraag dan eerst.",
    Change.CATEGORY_SPLIT: "Het antwoord {old} is gesplitst in {new}.",
    Change.CATEGORY_MERGED: "De antwoorden {old} zijn samen het antwoord {new} geworden.",
    Change.CATEGORY_RENAMED: "Het antwoord {old} heet nu {new}.",
    Change.CONCEPT: "De vraag meet nu iets anders: {new} in plaats van {old}.",
    Change.REWORDED: "De vraag heeft andere woorden: {new} in plaats van {old}.",
    Change.PIPE: "Het eerdere antwoord dat in de vraag staat, komt van een andere vraag of heeft andere woorden.",
    Change.POLARITY: "Een hoge waarde is nu {now}; eerst was dat {before}.",
    Change.ANSWER_TYPE: "De vraag wordt anders beantwoord: {now}; eerst was dat {before}.",
    Change.NUMBER_RANGE: "Andere getallen kunnen worden ingevuld: {now}; eerst was dat {before}.",
    Change.UNIT: "Het getal telt iets anders: {new} in plaats van {old}.",
    Change.SCORE: "De score bij een antwoord wordt anders berekend.",
    Change.POINTS: "De schaal heeft nu {now} antwoorden; eerst waren dat er {before}.",
    Change.OPTIONS_ADDED: "Er zijn antwoorden bij gekomen: {new}.",
    Change.OPTIONS_REMOVED: "Er zijn antwoorden weg: {old}.",
    Change.OPTION_TEXT: "Een antwoord heeft andere woorden: {new} in plaats van {old}.",
    Change.OPTION_VALUE: "Het antwoord {option} telt nu als {now}; eerst was dat {before}.",
    Change.OPTION_STANCE: "Het antwoord {option} geldt nu als {now}; eerst was dat {before}.",
    Change.OPTION_ALONE: "Of {option} samen met andere antwoorden kan, is veranderd.",
    Change.MISSING_ADDED: "Mensen kunnen nu ook {new} antwoorden.",
    Change.MISSING_REMOVED: "Mensen kunnen niet meer {old} antwoorden.",
    Change.POPULATION_NARROWED: "Minder mensen krijgen de vraag dan eerst.",
    Change.POPULATION_OTHER: "Andere mensen krijgen de vraag dan eerst.",
    Change.POPULATION_UNDECIDED: "Het is niet uit te rekenen of dezelfde mensen de vraag krijgen als eerst.",
    Change.PART: "Een deel van deze score is zelf veranderd: {items}.",
    Change.PARTS_ADDED: "In deze score telt nu ook mee: {items}.",
    Change.PARTS_REMOVED: "In deze score telt niet meer mee: {items}.",
    Change.MIN_VALID: "Voor deze score moet iemand nu {now} vragen hebben beantwoord; eerst waren dat er {before}.",
    Change.DIRECTION: "Een hoge score betekent nu het omgekeerde.",
}

_KINDS: Final[Mapping[str, str]] = {
    "ordinal": "kiezen op een schaal",
    "nominal": "één antwoord kiezen",
    "multi": "een of meer antwoorden kiezen",
    "integer": "een getal invullen",
    "date": "een datum invullen",
    "text": "een paar woorden schrijven",
    "narrative": "een verhaal vertellen",
}
_POLARITIES: Final[Mapping[str, str]] = {
    "positive": "een goede ervaring",
    "negative": "een slechte ervaring",
    "none": "goed noch slecht",
}
_STANCES: Final[Mapping[str, str]] = {
    "positive": "positief",
    "neutral": "neutraal",
    "negative": "negatief",
    "none": "geen oordeel",
}
_MODES: Final[Mapping[str, str]] = {"web": "op internet", "paper": "op papier", "phone": "aan de telefoon"}
_PERIODS: Final[Mapping[str, tuple[str, str]]] = {
    "D": ("de afgelopen dag", "dagen"),
    "W": ("de afgelopen week", "weken"),
    "M": ("de afgelopen maand", "maanden"),
    "Y": ("het afgelopen jaar", "jaar"),
}


def words_for_verdict(verdict: Verdict) -> str:
    """Return what a verdict means, as Dutch sentences."""
    return VERDICT_WORDS[verdict]


def words_for(reason: Reason) -> str:
    """Return a reason as Dutch sentences, with the evidence that makes it lighter.

    >>> from questionnaires.comparability.reasons import reason
    >>> words_for(reason(Change.CATEGORY_SPLIT, old="Begeleiding", new=("Begeleiding thuis", "Begeleiding buiten")))
    'Het antwoord ‘Begeleiding’ is gesplitst in ‘Begeleiding thuis’ en ‘Begeleiding buiten’.'
    """
    sentence = sentence_for(reason)
    if "crosswalk" not in reason.values:
        return sentence
    (crosswalk,) = reason.values["crosswalk"]
    if reason.verdict is reason.code.verdict:
        return f"{sentence} De omzetting {crosswalk} zegt hoe."
    if reason.verdict is Verdict.D:
        return f"{sentence} {joined(reason.values['respondents'])} mensen kregen beide versies ({crosswalk})."
    return f"{sentence} Een onderzoek liet geen verschil zien ({crosswalk})."


def sentence_for(reason: Reason) -> str:
    """Return what changed as a Dutch sentence, without the evidence that there is."""
    values = {name: joined([_say(reason.code, name, text) for text in texts]) for name, texts in reason.values.items()}
    # A quoted sentence ends with a stop of its own.
    return re.sub(r"([.?!]’)\.", r"\1", SENTENCES[reason.code].format(**values))


def joined(parts: Sequence[str]) -> str:
    """Return parts as they stand in a sentence.

    >>> joined(["noord", "oost", "west"])
    'noord, oost en west'
    """
    return f"{', '.join(parts[:-1])} en {parts[-1]}" if len(parts) > 1 else "".join(parts)


def period_words(period: str) -> str:
    """Return a reference period in words.

    >>> period_words("P12M"), period_words("P1Y"), period_words("now")
    ('de afgelopen 12 maanden', 'het afgelopen jaar', 'het moment van invullen')
    """
    if period == "now":
        return "het moment van invullen"
    number, (one, more) = period[1:-1], _PERIODS[period[-1]]
    return one if number == "1" else f"de afgelopen {number} {more}"


def language_name(language: str) -> str:
    """Return the Dutch name of a language.

    >>> language_name("uk")
    'Oekraïens'
    """
    from babel import Locale

    return Locale.parse(language, sep="-").get_display_name("nl") or language


# How a value is said, by what it is; `before` and `now` by what changed.
_BY_NAME: Final[Mapping[str, Callable[[str], str]]] = {
    **dict.fromkeys(("old", "new", "option"), "‘{}’".format),
    "languages": language_name,
    "modes": _MODES.__getitem__,
}
_BY_CHANGE: Final[Mapping[Change, Callable[[str], str]]] = {
    Change.REFERENCE_PERIOD: period_words,
    Change.ANSWER_TYPE: _KINDS.__getitem__,
    Change.POLARITY: _POLARITIES.__getitem__,
    Change.OPTION_STANCE: _STANCES.__getitem__,
}


def _say(change: Change, name: str, text: str) -> str:
    say = _BY_CHANGE.get(change) if name in {"before", "now"} else _BY_NAME.get(name)
    return say(text) if say is not None else text
