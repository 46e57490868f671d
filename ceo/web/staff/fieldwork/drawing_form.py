"""Reading the form in which a sample is designed: a design, or everything that is wrong with it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from litestar import Request

from ceo.web.languages import N_
from ceo.web.staff.pages import staff_words
from ceo.workflows.frames.sample_design import Refusal, SampleDesign
from ceo.workflows.frames.stratifying import StratifyBy
from ceo.workflows.rounds.planning import Plan

EVERYBODY: Final = "iedereen"
NUMBER: Final = "aantal"
MARGIN: Final = "marge"
# For people, by the codes that the form sends.
STRATIFIED_BY: Final[Mapping[str, str]] = {
    StratifyBy.PRODUCT: N_("Soort hulp"),
    StratifyBy.ACT: N_("Wet"),
    StratifyBy.PROVIDER: N_("Aanbieder"),
    StratifyBy.NEIGHBOURHOOD: N_("Wijk"),
    StratifyBy.AGE_GROUP: N_("Leeftijd"),
    StratifyBy.GRANTED: N_("Hulp gekregen of niet"),
    StratifyBy.NONE: N_("Geen groepen"),
}
ALLOCATIONS: Final[Mapping[str, str]] = {
    "proportional": N_("Naar grootte: van elke groep hetzelfde deel. Het beste voor één cijfer over alle cliënten."),
    "power": N_("Ertussenin: kleine groepen wat meer dan hun deel."),
    "equal": N_("Van elke groep evenveel. Het beste om groepen met elkaar te vergelijken."),
}
METHODS: Final[Mapping[str, str]] = {
    EVERYBODY: N_("Iedereen uit de lijst"),
    NUMBER: N_("Een aantal dat u zelf kiest"),
    MARGIN: N_("Zo veel als nodig is voor een marge die u zelf kiest"),
}
REFUSALS: Final[Mapping[Refusal, str]] = {
    Refusal.NO_FRAME: N_("Er is nog geen cliëntenlijst. Lees eerst een lijst in."),
    Refusal.NOBODY: N_(
        "Er staat niemand op de lijst die kan worden getrokken. Kijk bij de cliëntenlijst wie is uitgesloten, en waarom."
    ),
    Refusal.TOO_MANY_STRATA: N_("Zo komen er meer dan 100 groepen. Kies een andere indeling."),
    Refusal.PROVIDER_OF_YOUTH: N_(
        "Op de lijst staat jeugdhulp. Die wordt nooit naar aanbieder verdeeld: gezinnen zouden herkenbaar zijn."
    ),
    Refusal.MORE_THAN_THERE_ARE: N_("Zo veel cliënten zijn er niet. Kies een kleiner aantal, of nodig iedereen uit."),
    Refusal.LESS_THAN_MINIMUM: N_(
        "Met dit aantal haalt niet elke groep het minimum. Nodig meer mensen uit, of kies een kleiner minimum."
    ),
    Refusal.FRAME_CHANGED: N_(
        "De lijst is veranderd sinds u het plan zag. Er is niets getrokken. Bekijk het plan opnieuw."
    ),
    Refusal.LIST_IS_LOADING: N_(
        "Er wordt net een nieuwe lijst ingelezen. Wacht tot die er is, en bekijk het plan opnieuw."
    ),
    Refusal.DRAWN_BEFORE: N_("Er is al een steekproef. Maak die eerst ongedaan."),
    Refusal.INVITED_BEFORE: N_("Er zijn al mensen uitgenodigd. De steekproef kan niet meer veranderen."),
    Refusal.ROUND_OVER: N_("De meting is gesloten. Er kan niets meer worden getrokken."),
    Refusal.NOT_DRAWN: N_("Er is geen steekproef."),
}
# Which field a refusal is about; the others are about the list.
_FIELD_OF: Final[Mapping[Refusal, str]] = {
    Refusal.TOO_MANY_STRATA: "indeling",
    Refusal.PROVIDER_OF_YOUTH: "indeling",
    Refusal.MORE_THAN_THERE_ARE: "aantal",
    Refusal.LESS_THAN_MINIMUM: "minimum",
}
_DECIMAL: Final = re.compile(r"\d{1,7}([.,]\d{1,2})?", re.ASCII)
_SEED: Final = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
_MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class DrawingForm:
    """What was typed, by field, so that nothing has to be typed twice."""

    indeling: str = StratifyBy.PRODUCT.value
    wie: str = NUMBER
    aantal: str = ""
    marge: str = ""
    verdeling: str = "proportional"
    respons: str = "35"
    minimum: str = "0"
    reserve: str = "0"
    prijs: str = "0"
    herinneringen: str = "1"
    startgetal: str = ""

    @classmethod
    def planned(cls, plan: Plan | None) -> DrawingForm:
        """Return what the plan of the round says already, with what is usual for the rest and a new seed."""
        known = plan is not None and plan.design.breakdown.value in STRATIFIED_BY
        return cls(
            indeling=plan.design.breakdown.value if plan is not None and known else StratifyBy.PRODUCT.value,
            herinneringen=str(plan.design.reminders) if plan is not None else "1",
            startgetal=secrets.token_hex(8),
        )

    @classmethod
    def typed(cls, given: Mapping[str, str]) -> DrawingForm:
        """Return what a form or an address holds."""
        return cls(**{field.name: given[field.name].strip() for field in fields(cls) if field.name in given})

    @property
    def hidden(self) -> dict[str, str]:
        """Return every field, to send along with the button that draws."""
        return asdict(self)


def read_drawing_form(
    request: Request[Any, Any, Any], typed: DrawingForm
) -> tuple[SampleDesign | None, dict[str, str]]:
    """Return the design of a form, or None and by field what is wrong with it: all at once."""
    amounts = {name: amount for name, amount in _AMOUNTS.items() if amount.only_for in {"", typed.wie}}
    numbers = {name: amount.read(getattr(typed, name)) for name, amount in amounts.items()}
    faults = {name: amounts[name].fault for name, number in numbers.items() if number is None}
    faults |= {name: fault for name, (allowed, fault) in _CHOICES.items() if getattr(typed, name) not in allowed}
    if not _SEED.fullmatch(typed.startgetal):
        faults["startgetal"] = N_("Gebruik 1 tot 64 letters, cijfers en streepjes.")
    if faults:
        return None, {name: staff_words(request, fault) for name, fault in faults.items()}
    found = {name: number or 0.0 for name, number in numbers.items()}
    design = {
        "stratify_by": typed.indeling,
        "invited": int(found["aantal"]) if typed.wie == NUMBER else None,
        "margin": found["marge"] / 100 if typed.wie == MARGIN else None,
        "allocation": typed.verdeling,
        "response": found["respons"] / 100,
        "minimum": int(found["minimum"]),
        "reserve": found["reserve"] / 100,
        "letter_price": found["prijs"],
        "reminders": int(found["herinneringen"]),
    }
    return SampleDesign.model_validate(design), {}


def refusal_faults(request: Request[Any, Any, Any], refusal: Refusal) -> dict[str, str]:
    """Return what a refusal says, by the field that it is about."""
    return {_FIELD_OF.get(refusal, "wie"): staff_words(request, REFUSALS[refusal])}


@dataclass(frozen=True, slots=True)
class _Amount:
    """A field with a number: from `least` to `most`, with decimals unless `whole`; asked `only_for` one way of choosing people."""

    least: float
    most: float
    fault: str
    whole: bool = False
    only_for: str = ""

    def read(self, text: str) -> float | None:
        plain = text.replace(".", "") if self.whole else text
        if not _DECIMAL.fullmatch(plain):
            return None
        number = float(plain.replace(",", "."))
        return number if self.least <= number <= self.most and (number.is_integer() or not self.whole) else None


_AMOUNTS: Final[Mapping[str, _Amount]] = {
    "aantal": _Amount(1, _MOST, N_("Vul in hoeveel mensen u wilt uitnodigen."), whole=True, only_for=NUMBER),
    "marge": _Amount(0.5, 50, N_("Vul een marge in van 0,5 tot 50 procentpunten, zoals 5."), only_for=MARGIN),
    "respons": _Amount(1, 100, N_("Vul een percentage in van 1 tot 100, zoals 35.")),
    "minimum": _Amount(0, _MOST, N_("Vul een aantal in, of 0 voor geen minimum."), whole=True),
    "reserve": _Amount(0, 100, N_("Vul een percentage in van 0 tot 100.")),
    "prijs": _Amount(0, 1000, N_("Vul een bedrag in euro's in, zoals 1,25.")),
    "herinneringen": _Amount(0, 3, N_("Kies 0 tot en met 3 herinneringen."), whole=True),
}
_CHOICES: Final[Mapping[str, tuple[Mapping[str, str], str]]] = {
    "indeling": (STRATIFIED_BY, N_("Kies een indeling.")),
    "wie": (METHODS, N_("Kies wie u uitnodigt.")),
    "verdeling": (ALLOCATIONS, N_("Kies hoe u verdeelt.")),
}
