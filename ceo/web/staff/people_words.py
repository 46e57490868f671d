"""What pages and commands say about roles, rights and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.web.languages import N_
from ceo.workflows.rights import Right, Role
from ceo.workflows.staff.staff_rules import LONGEST_ACTIVITY, LONGEST_NAME, MOST_ACTIVITIES, Fault

ROLE_NAMES: Final[Mapping[str, str]] = {
    Role.OWNER: N_("Eigenaar"),
    Role.EDITOR: N_("Redacteur"),
    Role.FIELDWORKER: N_("Veldwerker"),
    Role.ANALYST: N_("Analist"),
    Role.READER: N_("Lezer"),
    Role.PARTNER: N_("Partner"),
    Role.REGIONAL: N_("Regionale dienst"),
    Role.NATIONAL_EDITOR: N_("Landelijk redacteur"),
    Role.NATIONAL_RESEARCHER: N_("Landelijk onderzoeker"),
}
# What a role is for; what it may do follows from the table of rights.
ROLE_MEANINGS: Final[Mapping[str, str]] = {
    Role.OWNER: N_("Beslist wie hier werkt, en mag verder alles van de gemeente."),
    Role.EDITOR: N_("Stelt vragenlijsten samen en stelt ze vast. Past de huisstijl aan."),
    Role.FIELDWORKER: N_("Opent metingen en volgt de respons. Belt cliënten terug die daarom vroegen."),
    Role.ANALYST: N_("Werkt met de resultaten en leest de verhalen van cliënten."),
    Role.READER: N_("Kijkt mee met vragenlijsten, metingen en resultaten. Kan niets wijzigen."),
    Role.PARTNER: N_("Een organisatie die alleen de resultaten van haar eigen activiteiten ziet."),
    Role.REGIONAL: N_(
        "Werkt voor de gemeente aan vragenlijsten en metingen. Leest geen verhalen, belt niemand terug en laat niemand toe."
    ),
    Role.NATIONAL_EDITOR: N_("Onderhoudt de landelijke vragen en beslist wie daaraan meewerkt."),
    Role.NATIONAL_RESEARCHER: N_("Werkt met landelijke resultaten en bekijkt de landelijke vragen."),
}
RIGHT_MEANINGS: Final[Mapping[Right, str]] = {
    Right.SEE_HOME: N_("het overzicht zien"),
    Right.SEE_QUESTIONNAIRES: N_("vragenlijsten bekijken"),
    Right.EDIT_QUESTIONNAIRES: N_("vragenlijsten samenstellen"),
    Right.PUBLISH_QUESTIONNAIRES: N_("vragenlijsten vaststellen"),
    Right.SEE_ROUNDS: N_("metingen bekijken"),
    Right.RUN_ROUNDS: N_("metingen openen en sluiten"),
    Right.SEE_FIELDWORK: N_("de respons volgen"),
    Right.RUN_FIELDWORK: N_("codes maken en het veldwerk doen"),
    Right.SEE_RESULTS: N_("resultaten bekijken"),
    Right.SEE_CYCLE: N_("de eigen cijfers volgen, spiegelen, en lezen wat daarover is besproken en besloten"),
    Right.EDIT_CYCLE: N_("doelen, gesprekken en acties bijhouden"),
    Right.SHARE_FIGURES: N_("cijfers delen met een partner of aanbieder"),
    Right.SEE_TOGETHER: N_("zien wat gemeenten samen doen en de kennisagenda bekijken"),
    Right.TAKE_PART: N_("voorbeelden delen, stemmen en meedoen met andere gemeenten"),
    Right.SEE_OWN_ACTIVITIES: N_("resultaten van de eigen activiteiten bekijken"),
    Right.READ_STORIES: N_("verhalen van cliënten lezen"),
    Right.CALL_BACK: N_("zien wie gebeld wil worden, met naam en nummer"),
    Right.EDIT_HOUSE_STYLE: N_("de huisstijl aanpassen"),
    Right.MANAGE_PEOPLE: N_("mensen uitnodigen, hun rollen wijzigen en ze weghalen"),
    Right.SEE_AUDIT: N_("het logboek lezen"),
    Right.SEE_BANK: N_("zoeken in de vragenbank"),
    Right.SEE_LIBRARY: N_("de landelijke bibliotheek bekijken"),
    Right.EDIT_LIBRARY: N_("de landelijke bibliotheek wijzigen"),
    Right.REVIEW_VERDICTS: N_("oordelen over vergelijkbaarheid nakijken"),
    Right.SEE_NATIONAL_RESULTS: N_("landelijke resultaten bekijken"),
    Right.SEE_RELEASES: N_("uitgaven bekijken"),
    Right.SIGN_RELEASES: N_("tekenen voor de cijfers van de gemeente in een uitgave"),
    Right.PROPOSE_RELEASES: N_("uitgaven voorstellen, publiceren en intrekken"),
    Right.MANAGE_KEYS: N_("sleutels maken waarmee programma’s meer lezen dan wat openbaar is"),
    Right.HAND_OUT_DATA: N_("microdata uitgeven onder een overeenkomst, en leveren aan portalen"),
    Right.EDIT_AGENDA: N_("de kennisagenda en de staalkaart bijhouden"),
}
# The cause and the cure. `%(...)s` is filled from `FAULT_VALUES`.
FAULT_WORDS: Final[Mapping[Fault, str]] = {
    Fault.NO_EMAIL: N_("Dit is geen e-mailadres. Schrijf het zoals naam@gemeente.nl."),
    Fault.NO_NAME: N_("Vul een naam in, zodat collega’s weten wie dit is."),
    Fault.LONG_NAME: N_("Deze naam is te lang. Gebruik hoogstens %(longest_name)s tekens."),
    Fault.NO_ROLE: N_("Kies minstens één rol. Kiest u geen rol, dan kan deze persoon niets."),
    Fault.OTHER_ROLE: N_("Deze rol kan hier niet worden gegeven. Kies een rol uit de lijst."),
    Fault.NO_ACTIVITIES: N_("Een partner ziet alleen eigen activiteiten. Noem er minstens één."),
    Fault.LONG_ACTIVITIES: N_(
        "Noem hoogstens %(most_activities)s activiteiten, elk van hoogstens %(longest_activity)s tekens."
    ),
    Fault.MAY_NOT: N_("U mag hier niemand rechten geven. Vraag het aan een eigenaar."),
    Fault.HERE_ALREADY: N_("Deze persoon werkt hier al. Wijzig de rol in de lijst van mensen."),
    Fault.NOT_HERE: N_("Deze persoon werkt hier niet, of niet meer. Bekijk de lijst van mensen."),
    Fault.CHANGED_MEANWHILE: N_("Iemand anders heeft dit intussen gewijzigd. Kijk wat er nu staat en beslis opnieuw."),
    Fault.LAST_MANAGER: N_(
        "Dit is de laatste die anderen kan toelaten. Geef eerst iemand anders die rol. Daarna kan deze wijziging wel."
    ),
}
FAULT_VALUES: Final = {
    "longest_name": LONGEST_NAME,
    "longest_activity": LONGEST_ACTIVITY,
    "most_activities": MOST_ACTIVITIES,
}
