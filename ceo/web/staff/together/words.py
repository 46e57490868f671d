"""What the pages about working together say about kinds, methods and faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.web.languages import N_
from ceo.workflows.together.directory_files import COLUMNS, FileFault
from ceo.workflows.together.organisations import Kind
from ceo.workflows.together.polls import Method, PollState
from ceo.workflows.together.questions import QuestionState
from ceo.workflows.together.typed import Fault

KINDS: Final[Mapping[str, str]] = {
    Kind.NETWORK.value: N_("Netwerk"),
    Kind.WORKPLACE.value: N_("Werkplaats"),
    Kind.INSTITUTE.value: N_("Kennisinstelling"),
}
METHODS: Final[Mapping[str, str]] = {
    Method.APPROVAL.value: N_("Aanvinken: elk thema dat belangrijk is"),
    Method.RANKED.value: N_("Op volgorde zetten: het belangrijkste thema eerst"),
}
POLL_STATES: Final[Mapping[str, str]] = {
    PollState.TO_COME.value: N_("begint nog"),
    PollState.OPEN.value: N_("open"),
    PollState.CLOSED.value: N_("gesloten"),
}
QUESTION_STATES: Final[Mapping[str, str]] = {
    QuestionState.OPEN.value: N_("open"),
    QuestionState.ANSWERED.value: N_("beantwoord"),
}
# What fields are called in forms and addresses.
FIELDS: Final[Mapping[str, str]] = {
    "theme": "thema",
    "title": "titel",
    "text": "tekst",
    "contact": "contact",
    "about": "uitkomst",
    "name": "naam",
    "indicators": "indicatoren",
    "themes": "themas",
    "question": "vraag",
    "method": "manier",
    "opens_on": "van",
    "closes_on": "tot",
    "service": "dienst",
    "kind": "soort",
    "seat": "zetel",
    "works_in": "werkgebied",
    "address": "adres",
    "answer": "antwoord",
    "shown": "nu",
}
# By field and fault; "" is any field.
FAULTS: Final[Mapping[tuple[str, Fault], str]] = {
    ("", Fault.MISSING): N_("Vul dit in."),
    ("title", Fault.MISSING): N_("Vul een titel in."),
    ("text", Fault.MISSING): N_("Schrijf de tekst."),
    ("name", Fault.MISSING): N_("Vul een naam in."),
    ("question", Fault.MISSING): N_("Vul de vraag in."),
    ("answer", Fault.MISSING): N_("Schrijf een antwoord."),
    ("", Fault.TOO_LONG): N_("De tekst is te lang. Maak hem korter."),
    ("title", Fault.TOO_LONG): N_("De titel is te lang: hoogstens 120 tekens."),
    ("name", Fault.TOO_LONG): N_("De naam is te lang: hoogstens 120 tekens."),
    ("question", Fault.TOO_LONG): N_("De vraag is te lang: hoogstens 120 tekens."),
    ("contact", Fault.TOO_LONG): N_("Het contact is te lang: hoogstens 200 tekens."),
    ("address", Fault.TOO_LONG): N_("Het adres is te lang: hoogstens 200 tekens."),
    ("text", Fault.TOO_LONG): N_("De tekst is te lang: hoogstens 6.000 tekens."),
    ("answer", Fault.TOO_LONG): N_("Het antwoord is te lang: hoogstens 6.000 tekens."),
    ("", Fault.UNKNOWN): N_("Dit kennen wij niet: %(about)s."),
    ("theme", Fault.UNKNOWN): N_("Kies een thema uit de lijst."),
    ("themes", Fault.UNKNOWN): N_("Dit thema kennen wij niet: %(about)s."),
    ("about", Fault.UNKNOWN): N_("Kies uitkomsten uit de lijst."),
    ("method", Fault.UNKNOWN): N_("Kies hoe gemeenten stemmen."),
    ("kind", Fault.UNKNOWN): N_("Kies een soort: netwerk, werkplaats of kennisinstelling."),
    ("seat", Fault.UNKNOWN): N_(
        "Deze gemeente kennen wij niet: %(about)s. Vul de naam of de code in, zoals Utrecht of GM0344."
    ),
    ("works_in", Fault.UNKNOWN): N_(
        "Dit gebied kennen wij niet: %(about)s. Vul een gemeente in, een provincie zoals ‘provincie Utrecht’, of Nederland."
    ),
    ("indicators", Fault.UNKNOWN): N_(
        "Dit kunnen wij niet lezen: %(about)s. Schrijf op elke regel een vragenlijst en een vraag, zoals nl.ceo.wmo:TOE01."
    ),
    ("", Fault.TAKEN): N_("Deze naam is er al. Kies een andere naam."),
    ("", Fault.TOO_FEW): N_("Kies ten minste één thema."),
    ("", Fault.FEWER_THAN_TWO): N_("Kies ten minste twee thema’s."),
    ("", Fault.FORMULA): N_("De tekst begint met = en is een formule. Vul gewone tekst in."),
    ("", Fault.NO_NUMBER): N_(
        "Vul bij ‘%(about)s’ een getal in uit de lijst van 1 tot en met het aantal thema’s, of niets."
    ),
    ("", Fault.TWICE): N_(
        "Bij ‘%(about)s’ staat een getal dat ook bij een ander thema staat. Geef elk thema een eigen getal."
    ),
    ("", Fault.NO_DAY): N_("Vul een dag in."),
    ("", Fault.TOO_EARLY): N_("De laatste dag ligt voor vandaag of voor de eerste dag. Kies een latere dag."),
    ("", Fault.PERSON): N_(
        "Dit lijkt van een persoon te zijn: %(about)s. Haal het weg, of zeg hieronder dat u heeft gekeken."
    ),
    ("contact", Fault.PERSON): N_(
        "Dit lijkt van een persoon te zijn: %(about)s. Vul een afdeling in, zoals wmo@voorbeeld.nl, of zeg hieronder dat u heeft gekeken."
    ),
    ("", Fault.COPIED): N_(
        "Deze woorden staan ook in een verhaal: %(about)s. Schrijf het in uw eigen woorden. "
        "Trekt de verteller de toestemming in, dan verdwijnt het verhaal, maar deze tekst niet."
    ),
    ("", Fault.CHANGED): N_(
        "Iemand anders wijzigde dit net. Hier staat wat u typte, en onderaan wat nu is bewaard. Bewaart u opnieuw, dan geldt wat u typte."
    ),
    ("shown", Fault.CHANGED): N_("Iemand anders wijzigde dit net. Lees eerst wat er nu staat, en kies dan opnieuw."),
    ("", Fault.CLOSED): N_("Dit kan nu niet meer: het is gesloten."),
    ("", Fault.VOTED): N_(
        "Een gemeente heeft al gestemd. Daarom kan de peiling niet meer veranderen. Maak zo nodig een nieuwe peiling."
    ),
}
# Of a file, by the code of what is wrong.
FILE_FAULTS: Final[Mapping[str, str]] = {
    "too-large": N_("Het bestand is te groot: hoogstens 2 MB."),
    "no-column": N_("Deze kolom ontbreekt in de eerste regel. Zet de naam van de kolom erbij."),
    "no-list": N_(
        "Dit is geen csv-bestand, of een aanhalingsteken wordt niet gesloten. Sla de lijst op als csv en kies het bestand opnieuw."
    ),
    "empty": N_("Er staan geen organisaties in het bestand."),
    "too-many": N_("Er staan meer dan 2.000 organisaties in het bestand. Maak er meer bestanden van."),
    Fault.TWICE.value: N_("Deze naam staat ook op regel %(about)s. Haal een van de twee weg."),
}


def fault_words(field: str, fault: Fault) -> str:
    """Return the sentence for a fault of a field."""
    return FAULTS.get((field, fault)) or FAULTS["", fault]


def file_fault_words(fault: FileFault) -> str:
    """Return the sentence for what is wrong in a file."""
    field = next((name for name, head in COLUMNS.items() if head == fault.column), "")
    return FILE_FAULTS.get(fault.code) or fault_words(field, Fault(fault.code))
