"""The words of the reading room: what stories may be used for, figures, and what is wrong with something that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from babel.numbers import format_decimal

from ceo.web.languages import N_
from ceo.workflows.stories.cases import LONGEST_LEARNED, LONGEST_TEXT, LONGEST_TITLE, CaseFault
from ceo.workflows.stories.codes import LONGEST_MEANING, LONGEST_NAME, CodeFault
from ceo.workflows.stories.notes import LONGEST as LONGEST_NOTE
from ceo.workflows.stories.notes import NoteFault
from ceo.workflows.stories.quotes import LONGEST as LONGEST_QUOTE
from ceo.workflows.stories.quotes import QuoteFault
from questionnaires.definition import ConsentScope

USES: Final[Mapping[ConsentScope, str]] = {
    "leren_intern": N_("binnen de gemeente van leren"),
    "delen_anoniem": N_("met anderen delen, zonder naam"),
    "landelijk_delen": N_("landelijk delen, zonder naam"),
}
# Where a quote is shown, by the permission that this needs.
SHOWN_IN: Final[Mapping[str, str]] = {
    "leren_intern": N_("Binnen de gemeente"),
    "delen_anoniem": N_("In een verslag of op een pagina die anderen lezen"),
    "landelijk_delen": N_("In het hele land"),
}
CHANGED: Final = N_("Iemand anders heeft dit intussen gewijzigd. Hieronder staat wat er nu geldt. Kies opnieuw.")
SURE: Final = N_("Kruis aan dat de codes, notities en citaten weg mogen. Ze komen niet terug.")
NOT_IN_STORY: Final = N_("Deze woorden staan niet in het verhaal: %(words)s. Neem ze over zoals ze er staan.")
CODE_FAULTS: Final[Mapping[CodeFault, str]] = {
    CodeFault.NO_NAME: N_("Vul een naam in."),
    CodeFault.NAME_TOO_LONG: N_("De naam is te lang. Gebruik ten hoogste %(name)s tekens."),
    CodeFault.MEANING_TOO_LONG: N_("De uitleg is te lang. Gebruik ten hoogste %(meaning)s tekens."),
    CodeFault.NAME_TAKEN: N_("Er is al een code met deze naam. Kies een andere naam."),
}
CODE_VALUES: Final = {"name": LONGEST_NAME, "meaning": LONGEST_MEANING}
QUOTE_FAULTS: Final[Mapping[QuoteFault, str]] = {
    QuoteFault.NO_WORDS: N_("Vul de woorden in die u kiest."),
    QuoteFault.TOO_LONG: N_("Het citaat is te lang. Gebruik ten hoogste %(quote)s tekens."),
    QuoteFault.NOT_IN_STORY: N_("Deze woorden staan zo niet in de tekst. Neem ze precies over."),
    QuoteFault.NOT_ALLOWED: N_("De verteller vindt dit niet goed. Kies een gebruik dat wel mag."),
    QuoteFault.TWICE: N_("Dit citaat is al gekozen."),
}
NOTE_FAULTS: Final[Mapping[NoteFault, str]] = {
    NoteFault.NO_WORDS: N_("Schrijf eerst wat u wilt zeggen."),
    NoteFault.TOO_LONG: N_("De notitie is te lang. Gebruik ten hoogste %(note)s tekens."),
}
ROOM_VALUES: Final = {"quote": LONGEST_QUOTE, "note": LONGEST_NOTE}
CASE_FAULTS: Final[Mapping[CaseFault, str]] = {
    CaseFault.NO_TITLE: N_("Geef de casus een titel."),
    CaseFault.TITLE_TOO_LONG: N_("De titel is te lang. Gebruik ten hoogste %(title)s tekens."),
    CaseFault.NO_TEXT: N_("Beschrijf de casus."),
    CaseFault.TEXT_TOO_LONG: N_("De beschrijving is te lang. Gebruik ten hoogste %(text)s tekens."),
    CaseFault.LEARNED_TOO_LONG: N_("Wat u leerde is te lang. Gebruik ten hoogste %(learned)s tekens."),
    CaseFault.TAKEN_OVER: N_(
        "U neemt woorden over uit een verhaal. Beschrijf het in uw eigen woorden. U kunt het verhaal koppelen: dan staat het erbij."
    ),
    CaseFault.PERSONAL_DATA: N_(
        "Er lijken gegevens van een persoon in te staan, zoals een naam of een nummer. Haal die weg, of kruis aan dat het klopt."
    ),
    CaseFault.CHANGED: N_(
        "Iemand anders heeft deze casus intussen gewijzigd. Hieronder staat wat u typte. Bewaar opnieuw als dat klopt."
    ),
}
CASE_VALUES: Final = {"title": LONGEST_TITLE, "text": LONGEST_TEXT, "learned": LONGEST_LEARNED}


def number_words(value: float, decimals: int, language: str) -> str:
    """Return a number with so many decimals.

    >>> number_words(0.625, 2, "nl")
    '0,62'
    """
    return str(
        format_decimal(round(value, decimals) + 0.0, "0." + "0" * decimals if decimals else "0", locale=language)
    )


def figure_words(value: float, low: float | None, high: float | None, measure: str, language: str) -> str:
    """Return a figure with its 95 % interval: shares in percents, everything else with one decimal.

    >>> figure_words(0.62, 0.55, 0.69, "share", "nl")
    '62 % (55–69 %)'
    """
    times, decimals, unit = (100, 0, " %") if "share" in measure else (1, 1, "")
    told = number_words(value * times, decimals, language) + unit
    if low is None or high is None:
        return told
    lowest, highest = (number_words(side * times, decimals, language) for side in (low, high))
    return f"{told} ({lowest}–{highest}{unit})"
