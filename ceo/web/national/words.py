"""What the pages of national editors call things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.web.languages import N_
from ceo.workflows.library.comparing import ChangeKind
from ceo.workflows.library.crosswalk_forms import Fault
from ceo.workflows.library.statements import State, StatementKind
from ceo.workflows.library.texts import TextState
from questionnaires.texts import Status

KINDS_OF_FILE: Final[Mapping[str, str]] = {
    "library": N_("Bibliotheken: begrippen, schalen en vragen"),
    "module": N_("Vragenlijsten en extra onderdelen"),
    "crosswalk": N_("Omzettingen tussen versies van een vraag"),
    "texts": N_("Vertalingen"),
}
STATEMENTS: Final[Mapping[StatementKind, str]] = {
    StatementKind.SPELLING: N_("Alleen spelling of leestekens zijn hersteld"),
    StatementKind.FULL_MAPPING: N_("Elk antwoord is volledig omgezet"),
    StatementKind.BRIDGING_SAMPLE: N_("Een groep mensen kreeg beide versies"),
    StatementKind.EQUIVALENCE_TEST: N_("Een proef liet geen verschil zien met makkelijke taal"),
}
STATES: Final[Mapping[State, str]] = {
    State.WAITING: N_("Wacht op een tweede redacteur"),
    State.VOID: N_("Veranderd na de beoordeling: opnieuw beoordelen"),
    State.REFUSED: N_("Afgekeurd"),
    State.APPROVED: N_("Goedgekeurd"),
}
CHANGES: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.NEW: N_("Nieuwe versie"),
    ChangeKind.RETRANSLATED: N_("Andere vertalingen"),
    ChangeKind.LINKED: N_("Nieuwe omzetting"),
}
TEXT_STATES: Final[Mapping[TextState, str]] = {
    TextState.MISSING: N_("Ontbreekt"),
    TextState.STALE: N_("Verouderd: het Nederlands is veranderd"),
    TextState.UNEQUAL: N_("Andere plekken om in te vullen dan in het Nederlands"),
    TextState.DRAFT: N_("Concept"),
    TextState.APPROVED: N_("Nagelezen"),
}
STATUSES: Final[Mapping[Status, str]] = {
    Status.MACHINE: N_("Door een computer vertaald"),
    Status.DRAFT: N_("Concept"),
    Status.REVIEWED: N_("Nagelezen"),
    Status.BACK_TRANSLATED: N_("Terugvertaald"),
}
HISTORY: Final[Mapping[str, str]] = {
    "begun": N_("Concept begonnen"),
    "file.saved": N_("%(file)s bewaard"),
    "file.dropped": N_("%(file)s uit het concept gehaald"),
    "texts": N_("Vertalingen bewaard in %(file)s"),
    "crosswalk": N_("Omzetting gemaakt: %(file)s"),
}
FAULTS: Final[Mapping[Fault, tuple[str, str]]] = {
    Fault.VERSIONS: ("van", N_("Kies twee versies van dezelfde vraag, de oude eerst.")),
    Fault.REPORT: ("verslag", N_("Schrijf in hoogstens 500 tekens wat is gevonden en waar dat staat.")),
    Fault.RESPONDENTS: ("mensen", N_("Vul in hoeveel mensen meededen: een heel getal van 1 of meer.")),
    Fault.UNKNOWN_CODE: ("antwoorden", N_("Deze antwoorden bestaan niet: %(codes)s. Laad de pagina opnieuw.")),
    Fault.UNMAPPED: ("antwoorden", N_("Zeg ook van deze oude antwoorden wat ervan is geworden: %(codes)s.")),
    Fault.UNREACHED: (
        "antwoorden",
        N_("Zeg ook uit welk oud antwoord dit komt: %(codes)s. Is het echt nieuw, dan is de omzetting niet volledig."),
    ),
    Fault.MIXED: (
        "antwoorden",
        N_(
            "Deze antwoorden zijn gesplitst, en een deel ging samen met een ander: %(codes)s. Dat is niet om te zetten."
        ),
    ),
}
# Texts of questions and scales by their key; the name of what they belong to may stand behind it.
TEXTS: Final[Mapping[str, str]] = {
    "stem": N_("Vraag"),
    "help": N_("Uitleg"),
    "unit": N_("Eenheid"),
    "pipe": N_("Als een eerder antwoord ontbreekt"),
    "soft": N_("Controle van het antwoord"),
}
