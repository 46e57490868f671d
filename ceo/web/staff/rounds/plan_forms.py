"""Reading the steps of a plan: what each changes, or everything that is wrong with it, by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from ceo.storage.rounds import Promise
from ceo.web.languages import N_, SOURCE_LANGUAGE
from ceo.web.staff.rounds.plan_of_round import LAWS
from ceo.web.staff.rounds.typed import Form, first, read_day, read_number, read_strata
from ceo.workflows.rounds.design import (
    ERASE_AT_LAST,
    LARGEST_FLOOR,
    LEAST_FLOOR,
    Breakdown,
    Design,
    Moment,
    Step,
    law_of,
    possible_breakdowns,
)
from ceo.workflows.rounds.planning import StepKept
from questionnaires.modules import Act
from questionnaires.questionnaire import Questionnaire

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_LONGEST_TITLE: Final = 120
_LONGEST_TEXT: Final = 1000
_LONGEST_PHONE: Final = 40
_MOST_MONTHS: Final = 60
_MOST_DELAY: Final = 365
_MOST_REMINDERS: Final = 3
_LONGEST_NAME: Final = 80
_MOST_PARTNERS: Final = 50
_REMINDER_DAYS: Final = (5, 60)

_NOT_OF_YOUTH: Final = N_("Bij jeugdhulp mag niet naar aanbieder worden uitgesplitst: gezinnen zouden herkenbaar zijn.")
_NEEDS_LAW: Final = N_(
    "Kies onder welke wet deze activiteit valt. Zonder wet mogen er geen cijfers per aanbieder of partner zijn."
)
_LAW_FIRST: Final = N_(
    "Kies eerst bij „Over wie?” onder welke wet deze activiteit valt. Daarna kunt u naar aanbieder uitsplitsen."
)

_Faults = dict[str, str]


@dataclass(frozen=True, slots=True)
class Around:
    """What a step is read against: the questionnaire, the versions that can be chosen, the days, what day it is, and the plan so far."""

    questionnaire: Questionnaire | None
    usable: frozenset[str]
    today: date
    closes_on: date | None = None
    design: Design | None = None


def read_step(step: Step, form: Form, around: Around) -> tuple[StepKept | None, _Faults]:
    """Return what a step changes, or None and by field what is wrong: all at once, in sentences that still have to be translated."""
    kept, faults = _READERS[step](form, around)
    if any("\x00" in value for values in form.values() for value in values):
        faults["title" if step is Step.AIM else "form"] = N_(
            "Er staat een teken in dat niet kan. Typ de tekst opnieuw."
        )
    return (None if faults else kept), faults


def _read_aim(form: Form, around: Around) -> tuple[StepKept, _Faults]:
    faults: _Faults = {}
    typed = {name: first(form, name) for name in ("title", "measurement", "questionnaire", "aim", "users")}
    if not 0 < len(typed["title"]) <= _LONGEST_TITLE:
        faults["title"] = N_("Geef de meting een titel van hoogstens 120 tekens. Cliënten zien die titel.")
    if not 0 < len(typed["aim"]) <= _LONGEST_TEXT:
        faults["aim"] = N_("Schrijf op wat u wilt weten, in hoogstens 1.000 tekens.")
    if not 0 < len(typed["users"]) <= _LONGEST_TEXT:
        faults["users"] = N_("Schrijf op wie de uitkomsten gaat gebruiken en waarvoor, in hoogstens 1.000 tekens.")
    if typed["questionnaire"] not in around.usable:
        faults["questionnaire"] = N_("Kies een vastgestelde vragenlijst.")
    if not _NAME.fullmatch(typed["measurement"]):
        faults["measurement"] = N_("Gebruik 2 tot 40 kleine letters, cijfers en streepjes, zoals wmo-2027.")
    of_round = {
        "title": typed["title"],
        "measurement": typed["measurement"],
        "questionnaire_hash": typed["questionnaire"],
    }
    return StepKept(Step.AIM, of_round, {"aim": typed["aim"], "users": typed["users"]}), faults


def _read_moment(form: Form, around: Around) -> tuple[StepKept, _Faults]:
    faults = _faults_of_days(form, around.today)
    moment = first(form, "moment")
    if moment not in set(Moment):
        faults["moment"] = N_("Kies wanneer u de mensen vraagt.")
    months = read_number(first(form, "every_months"), 1, _MOST_MONTHS)
    if moment == Moment.PERIODIC and months is None:
        faults["every_months"] = N_("Vul in om de hoeveel maanden u meet: 1 tot en met 60.")
    delay = read_number(first(form, "delay_days"), 0, _MOST_DELAY)
    if moment in {Moment.CONTINUOUS, Moment.EVENT} and delay is None:
        faults["delay_days"] = N_("Vul in na hoeveel dagen iemand wordt gevraagd: 0 tot en met 365.")
    of_design = {"moment": moment}
    if months is not None:
        of_design["every_months"] = str(months)
    if delay is not None:
        of_design["delay_days"] = str(delay)
    of_round = {name: read_day(first(form, name)) for name in ("opens_on", "closes_on")}
    series = first(form, "series") if "series" in form else None
    return StepKept(Step.MOMENT, of_round, of_design, series=series), faults


def _faults_of_days(form: Form, today: date) -> _Faults:
    faults: _Faults = {}
    opens_on, closes_on = read_day(first(form, "opens_on")), read_day(first(form, "closes_on"))
    if opens_on is None:
        faults["opens_on"] = N_("Vul een dag in, zoals 2027-03-01.")
    elif opens_on < today:
        faults["opens_on"] = N_("Deze dag is voorbij. Kies vandaag of later.")
    if closes_on is None:
        faults["closes_on"] = N_("Vul een dag in, zoals 2027-05-31.")
    elif opens_on is not None and closes_on < opens_on:
        faults["closes_on"] = N_("De meting sluit voordat zij opent. Kies een latere dag.")
    return faults


def _read_target(form: Form, around: Around) -> tuple[StepKept, _Faults]:
    faults: _Faults = {}
    target, coming = first(form, "target"), first(form, "coming")
    if not 0 < len(target) <= _LONGEST_TEXT:
        faults["target"] = N_("Schrijf op over wie de meting gaat, in hoogstens 1.000 tekens.")
    if coming not in {"list", "codes"}:
        faults["coming"] = N_("Kies hoe u de mensen bereikt.")
    strata = read_strata(first(form, "strata")) if coming == "codes" else None
    if coming == "codes" and strata is None:
        faults["strata"] = N_("Schrijf op elke regel een naam, een puntkomma en een aantal, zoals: Begeleiding; 850.")
    partners = _read_partners(form, faults)
    of_design: dict[str, Any] = {
        "target": target,
        "by_list": coming == "list",
        **_read_law(form, around, partners, faults),
    }
    if partners is not None:
        of_design["partners"] = partners
    return StepKept(Step.TARGET, {}, of_design, strata), faults


def _read_partners(form: Form, faults: _Faults) -> dict[str, str] | None:
    """Return who carries an activity out, by activity; None when nothing was asked about it."""
    if "partners" not in form:
        return None
    lines = [line for line in first(form, "partners").splitlines() if line.strip()]
    pairs = [tuple(part.strip() for part in line.split(";")) for line in lines]
    readable = all(len(pair) == 2 and all(0 < len(part) <= _LONGEST_NAME for part in pair) for pair in pairs)  # noqa: PLR2004
    partners = {pair[0]: pair[-1] for pair in pairs}
    if not readable or len(partners) != len(pairs) or len(pairs) > _MOST_PARTNERS:
        faults["partners"] = N_(
            "Schrijf op elke regel een activiteit, een puntkomma en een partner, elke activiteit één keer."
        )
    return partners


def _read_law(form: Form, around: Around, partners: Mapping[str, str] | None, faults: _Faults) -> dict[str, Act | None]:
    """Return under which law the activity falls, where the questionnaire names none. Who names partners needs one that allows it."""
    assert around.questionnaire is not None, "only the first step comes before there is a questionnaire"
    own, found = around.questionnaire.act, dict[str, Act | None]()
    if own is None and "act" in form:
        found["act"] = next((act for act in LAWS if act == first(form, "act")), None)
    law = own or found.get("act", law_of(None, around.design))
    by_provider = own is None and around.design is not None and around.design.breakdown is Breakdown.PROVIDER
    if (partners or by_provider) and Breakdown.PROVIDER not in possible_breakdowns(law):
        if law is None:
            faults["act"] = _NEEDS_LAW
        else:
            faults.setdefault("partners" if partners else "act", _NOT_OF_YOUTH)
    return found


def _read_method(form: Form, around: Around) -> tuple[StepKept, _Faults]:
    faults: _Faults = {}
    questionnaire = around.questionnaire
    assert questionnaire is not None, "only the first step comes before there is a questionnaire"
    modes = [mode for mode in questionnaire.modes if mode in form.get("modes", ())]
    if "web" not in modes:
        faults["modes"] = N_(
            "Invullen op internet kan altijd: de code van de brief hoort daarbij. Laat dat aangevinkt."
        )
    languages = [
        code for code in questionnaire.languages if code in form.get("languages", ()) or code == SOURCE_LANGUAGE
    ]
    if first(form, "promise") not in set(Promise):
        faults["promise"] = N_("Kies wat u belooft.")
    breakdown = first(form, "breakdown")
    if breakdown not in set(Breakdown):
        faults["breakdown"] = N_("Kies waarnaar u uitsplitst.")
    elif Breakdown(breakdown) not in possible_breakdowns(law := law_of(questionnaire.act, around.design)):
        faults["breakdown"] = _LAW_FIRST if law is None else _NOT_OF_YOUTH
    floor = read_number(first(form, "floor"), LEAST_FLOOR, LARGEST_FLOOR)
    if floor is None:
        faults["floor"] = N_(
            "Vul een getal van 10 tot en met 100 in. Over minder dan 10 mensen tonen wij nooit een uitkomst."
        )
    of_round = {"promise": first(form, "promise"), "languages": _joined(languages, questionnaire)}
    return StepKept(Step.METHOD, of_round, {"modes": tuple(modes), "breakdown": breakdown, "floor": floor}), faults


def _joined(languages: list[str], questionnaire: Questionnaire) -> str | None:
    """Return the languages as a round keeps them; None is all of them."""
    return None if languages == list(questionnaire.languages) else " ".join(languages)


def _read_execution(form: Form, around: Around) -> tuple[StepKept, _Faults]:
    faults: _Faults = {}
    phone, erase_on = first(form, "phone"), read_day(first(form, "erase_on"))
    if not 0 < len(phone) <= _LONGEST_PHONE:
        faults["phone"] = N_("Vul het telefoonnummer in dat mensen kunnen bellen als zij hulp nodig hebben.")
    assert around.closes_on is not None, "the first step gave the round its days"
    latest = around.closes_on + timedelta(days=ERASE_AT_LAST)
    if erase_on is None or not around.closes_on < erase_on <= latest:
        faults["erase_on"] = N_("Kies een dag na de laatste dag van de meting, en binnen een jaar daarna.")
    reminders = read_number(first(form, "reminders"), 0, _MOST_REMINDERS)
    if reminders is None:
        faults["reminders"] = N_("Vul in hoe vaak u herinnert: 0 tot en met 3 keer.")
    days = read_number(first(form, "reminder_days"), *_REMINDER_DAYS)
    if days is None:
        faults["reminder_days"] = N_("Vul in na hoeveel dagen u herinnert: 5 tot en met 60.")
    of_round = {"phone": phone, "erase_on": erase_on}
    return StepKept(Step.EXECUTION, of_round, {"reminders": reminders, "reminder_days": days}), faults


_READERS: Final[Mapping[Step, Callable[[Form, Around], tuple[StepKept, _Faults]]]] = {
    Step.AIM: _read_aim,
    Step.MOMENT: _read_moment,
    Step.TARGET: _read_target,
    Step.METHOD: _read_method,
    Step.EXECUTION: _read_execution,
}
