"""The words of the form of a local question: sorts of questions, periods, kinds of lists, and what stories are used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ceo.web.languages import N_
from questionnaires.configuring.questions import MissingReason


class Sort(StrEnum):
    """How a question is answered, as people choose it."""

    CHOICE = "keuze"
    OWN = "eigen"
    NUMBER = "getal"
    DAY = "datum"
    WORDS = "woorden"
    STORY = "verhaal"


@dataclass(frozen=True, slots=True)
class SortWords:
    """A sort of question with its name and what it is good for; `kind` is how a slot calls it."""

    sort: Sort
    kind: str
    name: str
    use: str


SORTS: Final = (
    SortWords(
        Sort.CHOICE,
        "scale",
        N_("Kiezen op een vaste schaal"),
        N_("Bijvoorbeeld van ‘Helemaal mee eens’ tot ‘Helemaal mee oneens’. Zo vergelijkt u met andere vragen."),
    ),
    SortWords(
        Sort.OWN,
        "scale",
        N_("Kiezen uit eigen antwoorden"),
        N_("U schrijft de antwoorden zelf. Bijvoorbeeld de wijken van uw gemeente."),
    ),
    SortWords(
        Sort.NUMBER,
        "integer",
        N_("Een getal"),
        N_("Bijvoorbeeld een rapportcijfer, of hoeveel weken iets duurde."),
    ),
    SortWords(Sort.DAY, "date", N_("Een datum"), N_("Bijvoorbeeld de dag waarop de hulp begon.")),
    SortWords(
        Sort.WORDS,
        "text",
        N_("Een paar woorden"),
        N_("Eén regel tekst. Mensen slaan dit vaker over dan een keuze."),
    ),
    SortWords(
        Sort.STORY,
        "narrative",
        N_("Een verhaal"),
        N_("Veel ruimte om te vertellen. Daarna kiest de bewoner wat er met het verhaal mag."),
    ),
)
PERIODS: Final[Mapping[str, str]] = {
    "now": N_("Over nu"),
    "P1M": N_("Over de afgelopen maand"),
    "P3M": N_("Over de afgelopen 3 maanden"),
    "P6M": N_("Over de afgelopen 6 maanden"),
    "P12M": N_("Over de afgelopen 12 maanden"),
}
LIST_KINDS: Final[Mapping[str, str]] = {
    "nominal": N_("Eén antwoord, zonder volgorde"),
    "ordinal": N_("Eén antwoord, van het meeste naar het minste"),
    "multi": N_("Meer dan één antwoord mag"),
}
# What a resident reads who has no answer; editors may use other words.
REASONS: Final[Mapping[MissingReason, str]] = {
    "dont_know": "Weet ik niet",
    "not_applicable": "Niet van toepassing",
    "refused": "Zeg ik liever niet",
}
USES: Final[Mapping[str, str]] = {
    "leren_intern": N_("De gemeente mag ervan leren"),
    "delen_anoniem": N_("Delen zonder naam, bijvoorbeeld in een rapport"),
    "landelijk_delen": N_("Landelijk delen"),
    "terugbellen": N_("De bewoner mag worden teruggebeld"),
}
