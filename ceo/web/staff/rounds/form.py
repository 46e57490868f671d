"""Reading the form in which a round is planned: a plan, or everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from litestar import Request

from ceo.storage.rounds import Promise
from ceo.web.languages import N_
from ceo.web.staff.pages import staff_words
from ceo.workflows.rounds.opening import RoundPlan

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_LONGEST_TITLE: Final = 120
_LONGEST_STRATUM: Final = 80
_LONGEST_PHONE: Final = 40
_LARGEST_POPULATION: Final = 10_000_000
_MOST_STRATA: Final = 50


@dataclass(frozen=True, slots=True)
class RoundForm:
    """What was typed, by field, so that nothing has to be typed twice."""

    municipality: str
    title: str = ""
    measurement: str = ""
    questionnaire: str = ""
    opens_on: str = ""
    closes_on: str = ""
    promise: str = Promise.ANONYMOUS.value
    phone: str = ""
    strata: str = ""

    @classmethod
    def typed(cls, municipality: str, form: Mapping[str, Sequence[str]]) -> RoundForm:
        """Return what a posted form holds."""
        fields = ("title", "measurement", "questionnaire", "opens_on", "closes_on", "promise", "phone", "strata")
        return cls(municipality, **{name: next(iter(form.get(name, ())), "").strip() for name in fields})


def read_round_form(
    request: Request[Any, Any, Any], typed: RoundForm, usable: Sequence[str], today: date
) -> tuple[RoundPlan | None, dict[str, str]]:
    """Return the plan of a form, or None and by field what is wrong with it: all at once.

    `usable` are the content hashes of the versions that can be chosen.
    """
    faults = {**_faults_of_words(typed, usable), **_faults_of_days(typed, today)}
    populations = read_strata(typed.strata)
    if populations is None:
        faults["strata"] = N_("Schrijf op elke regel een naam, een puntkomma en een aantal, zoals: Begeleiding; 850.")
    opens_on, closes_on = read_day(typed.opens_on), read_day(typed.closes_on)
    if faults or opens_on is None or closes_on is None or populations is None:
        return None, {name: staff_words(request, text) for name, text in faults.items()}
    plan = RoundPlan(
        municipality=typed.municipality,
        measurement=typed.measurement,
        title=typed.title,
        questionnaire_hash=typed.questionnaire,
        opens_on=opens_on,
        closes_on=closes_on,
        phone=typed.phone,
        populations=populations,
        promise=Promise(typed.promise),
    )
    return plan, {}


def _faults_of_words(typed: RoundForm, usable: Sequence[str]) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not typed.title or len(typed.title) > _LONGEST_TITLE:
        faults["title"] = N_("Geef de meting een titel van hoogstens 120 tekens. Cliënten zien die titel.")
    if typed.questionnaire not in usable:
        faults["questionnaire"] = N_("Kies een vastgestelde vragenlijst.")
    if not _NAME.fullmatch(typed.measurement):
        faults["measurement"] = N_("Gebruik 2 tot 40 kleine letters, cijfers en streepjes, zoals wmo-2027.")
    if typed.promise not in {promise.value for promise in Promise}:
        faults["promise"] = N_("Kies wat u belooft.")
    if not 0 < len(typed.phone) <= _LONGEST_PHONE:
        faults["phone"] = N_("Vul het telefoonnummer in dat mensen kunnen bellen als zij hulp nodig hebben.")
    if any("\x00" in text for text in (typed.title, typed.phone)):
        faults["title"] = N_("Er staat een teken in dat niet kan. Typ de tekst opnieuw.")
    return faults


def _faults_of_days(typed: RoundForm, today: date) -> dict[str, str]:
    faults: dict[str, str] = {}
    opens_on, closes_on = read_day(typed.opens_on), read_day(typed.closes_on)
    if opens_on is None:
        faults["opens_on"] = N_("Vul een dag in, zoals 2027-03-01.")
    elif opens_on < today:
        faults["opens_on"] = N_("Deze dag is voorbij. Kies vandaag of later.")
    if closes_on is None:
        faults["closes_on"] = N_("Vul een dag in, zoals 2027-05-31.")
    elif opens_on is not None and closes_on < opens_on:
        faults["closes_on"] = N_("De meting sluit voordat zij opent. Kies een latere dag.")
    return faults


def read_strata(text: str) -> dict[str, int] | None:
    r"""Return the number of clients by stratum; None when a line cannot be read, is there twice, or there is none.

    >>> read_strata("Begeleiding; 1.200\nHulp bij het huishouden;850")
    {'Begeleiding': 1200, 'Hulp bij het huishouden': 850}
    """
    strata: dict[str, int] = {}
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines:
        name, _, number = (part.strip() for part in line.rpartition(";"))
        digits = number.replace(".", "").replace(" ", "")
        readable = digits.isascii() and digits.isdecimal() and 0 < int(digits) <= _LARGEST_POPULATION
        if not readable or not 0 < len(name) <= _LONGEST_STRATUM or name in strata or "\x00" in name:
            return None
        strata[name] = int(digits)
    return strata if 0 < len(strata) <= _MOST_STRATA else None


def read_day(text: str) -> date | None:
    """Return the day of a text such as 2027-03-01, as browsers send it; None when it is none.

    >>> read_day("2027-03-01"), read_day("1 maart")
    (datetime.date(2027, 3, 1), None)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
