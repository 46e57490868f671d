"""What codes of a cube mean for people: measures, kinds of areas, flags, and why there is no figure. Short words, and a sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analysis.results import Flag, Measure, NotEstimable, Suppressed
from exports.comparability import BREAK_FLAG, POOLED_FLAG
from exports.release.facts import AreaType
from exports.wording import FLAG_WORDS, SUPPRESSED_WORDS, reason_words

MEASURE_WORDS: Final[Mapping[str, str]] = {
    Measure.SCORE: "Score (0-100)",
    Measure.MEAN: "Gemiddelde",
    Measure.TOTAL: "Geschat totaal",
    Measure.SHARE: "Aandeel positief",
    Measure.CATEGORY: "Aandeel met dit antwoord",
    Measure.MISSING: "Aandeel zonder inhoudelijk antwoord",
    Measure.RATIO: "Verhouding",
    Measure.QUANTILE: "Grens waar dit deel onder zit",
}
MEASURE_MEANINGS: Final[Mapping[str, str]] = {
    Measure.SCORE: "Het gemiddelde van de scores van 0 tot 100 die bij de antwoorden horen.",
    Measure.MEAN: "Het gemiddelde van de getallen die mensen gaven.",
    Measure.TOTAL: "Het totaal voor alle cliënten samen, geschat uit de antwoorden.",
    Measure.SHARE: "Van de mensen met een geldig antwoord gaf dit deel een positief antwoord.",
    Measure.CATEGORY: "Van de mensen met een geldig antwoord koos dit deel het antwoord dat bij Antwoord staat.",
    Measure.MISSING: "Van de mensen die de vraag kregen en er iets op zeiden, gaf dit deel de reden die bij Antwoord staat.",
    Measure.RATIO: "Het ene totaal gedeeld door het andere.",
    Measure.QUANTILE: "Het deel van de cliënten dat bij Antwoord staat, zit onder deze waarde.",
}
AREA_WORDS: Final[Mapping[str, str]] = {
    AreaType.NATION: "Alle gemeenten samen",
    AreaType.PROVINCE: "Provincie",
    AreaType.REGION: "Regio",
    AreaType.SIZE_CLASS: "Grootteklasse",
    AreaType.MUNICIPALITY: "Gemeente",
}
# Themes of scores (of the law) and domains of questions, which stand together.
THEME_WORDS: Final[Mapping[str, str]] = {
    "access": "Toegang",
    "toegang": "Toegang",
    "quality": "Kwaliteit",
    "kwaliteit": "Kwaliteit",
    "effect": "Effect",
    "leven": "Leven",
    "profiel": "Wie deden mee",
    "lokaal": "Eigen vragen",
    "": "Overige scores",
}
FLAGS: Final[Mapping[str, str]] = {flag.value: words for flag, words in FLAG_WORDS.items()} | {
    Flag.UNRELIABLE: "heel onzeker",  # who may see them decides elsewhere; here they are shown
    POOLED_FLAG: "antwoorden op twee versies samen",
    BREAK_FLAG: "niet te vergelijken met eerder",
}
FLAG_MEANINGS: Final[Mapping[str, str]] = {
    Flag.SMALL: "Minder dan 30 mensen, of een schatting die niet preciezer is dan die van 30 mensen.",
    Flag.IMPRECISE: "Het interval is breed. Trek alleen voorzichtig conclusies.",
    Flag.UNRELIABLE: "Het interval is zo breed dat het cijfer weinig zegt.",
    Flag.LOW_DF: "Er zijn te weinig antwoorden om goed te weten hoe onzeker het cijfer is.",
    Flag.HIGH_DEFF: "Door het wegen is het cijfer veel minder precies dan het aantal antwoorden doet denken.",
    Flag.ITEM_NONRESPONSE: "Meer dan 20% van de mensen die de vraag kregen, sloeg hem over.",
    Flag.BOUNDARY: "Iedereen of niemand gaf dit antwoord.",
    Flag.LONELY: "In een deel van de groep gaf maar één persoon antwoord.",
    Flag.CENSUS: "Iedereen deed mee. Het cijfer heeft geen onzekerheid door een steekproef.",
    Flag.NOT_APPLICABLE: "Meer dan 30% zei dat de vraag niet van toepassing is.",
    Flag.HEAVY: "Eén antwoord telt voor meer dan 20% mee.",
    Flag.COLLAPSED: "Groepen waren te klein om apart te wegen en zijn samengenomen.",
    POOLED_FLAG: "De vraag veranderde een beetje. De antwoorden op beide versies mogen samen, en tellen samen.",
    BREAK_FLAG: "De vraag of score veranderde. Cijfers over de eerdere versie staan apart.",
}
_OF_AREAS: Final[Mapping[str, str]] = {
    "too_few_units": "minder dan vijf gemeenten met antwoorden",
    "dominant_unit": "één gemeente is meer dan de helft van de cliënten achter de antwoorden",
}
_NOT_ASKED: Final = "not_asked"
_UNNAMED: Final = "het vereiste aantal"


def reason_of(code: str, *, floor: int | None = None) -> str:
    """Return why there is no figure, in a few words; empty where there is no reason.

    `floor` is the smallest number of respondents of the release; without it the words do not name a number.

    >>> reason_of("fewer_than_floor", floor=10), reason_of("too_few_units")
    ('niet getoond: minder dan 10 mensen', 'niet te berekenen: minder dan vijf gemeenten met antwoorden')
    >>> reason_of("not_asked")
    'hier niet gevraagd'
    >>> reason_of("fewer_than_floor")
    'niet getoond: minder dan het vereiste aantal mensen'
    """
    if not code:
        return ""
    if code == _NOT_ASKED:
        return "hier niet gevraagd"
    if code in _OF_AREAS:
        return f"niet te berekenen: {_OF_AREAS[code]}"
    if not is_hidden(code):
        return reason_words(NotEstimable(code, 0), floor=0)
    if floor is None:
        return f"niet getoond: {SUPPRESSED_WORDS[code].format(floor=_UNNAMED)}"
    return reason_words(Suppressed(code), floor=floor)


def is_hidden(code: str) -> bool:
    """Return whether there is a figure that may not be shown; otherwise there is none."""
    return code in SUPPRESSED_WORDS


def flags_of(codes: str) -> str:
    """Return what a reader must know, in a few words.

    >>> flags_of("imprecise small versions_pooled")
    'kleine groep, onzeker, antwoorden op twee versies samen'
    """
    found = set(codes.split())
    return ", ".join(words for flag, words in FLAGS.items() if flag in found)


def theme_of(theme: str) -> str:
    """Return what a theme or domain is called.

    >>> theme_of("quality"), theme_of("wonen")
    ('Kwaliteit', 'Wonen')
    """
    return THEME_WORDS.get(theme) or theme.capitalize()
