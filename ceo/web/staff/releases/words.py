"""What the pages of releases say: how far an edition is, what somebody decided, and why something cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.storage.releases import Decision, ReleaseState
from ceo.web.languages import N_
from ceo.workflows.releases.deciding import ReleaseDecided
from ceo.workflows.releases.proposing import NO_REASON, NO_ROUNDS, NOT_ENDED, TAKEN, UNKNOWN
from ceo.workflows.releases.standing import Standing

BUSY: Final = "busy"
FAULT: Final = "fault"
STATES: Final[Mapping[str, str]] = {
    BUSY: N_("Wordt gemaakt"),
    FAULT: N_("Kon niet worden gemaakt"),
    ReleaseState.DRAFT: N_("Concept"),
    ReleaseState.SIGNED: N_("Klaar om te publiceren"),
    ReleaseState.PUBLISHED: N_("Gepubliceerd"),
    ReleaseState.CORRECTED: N_("Vervangen door een latere editie"),
    ReleaseState.WITHDRAWN: N_("Ingetrokken"),
    ReleaseState.DROPPED: N_("Vervallen"),
}
DECISIONS: Final[Mapping[str, str]] = {
    Decision.WAITING: N_("Nog niet getekend"),
    Decision.SIGNED: N_("Getekend"),
    Decision.REFUSED: N_("Doet niet mee"),
}
# What became of a decision: the cause and the cure.
DECIDED: Final[Mapping[str, str]] = {
    ReleaseDecided.UNKNOWN: N_("Deze uitgave kennen wij niet. Kijk in de lijst met uitgaven."),
    ReleaseDecided.TOO_LATE: N_("Dat kan niet meer: de uitgave is al gepubliceerd, vervallen of ingetrokken."),
    ReleaseDecided.OTHER_CONTENT: N_(
        "De uitgave is opnieuw gemaakt nadat u deze pagina opende, of dat gebeurt nu. Kijk opnieuw wat er staat."
    ),
    ReleaseDecided.NOT_SIGNED: N_("Nog niet elke gemeente heeft getekend voor wat er nu staat."),
    ReleaseDecided.NO_REASON: N_("Schrijf de reden op, in hoogstens %(most)s tekens."),
    ReleaseDecided.OVERTAKEN: N_(
        "Er is over deze meting of over de maanden daarvan intussen iets anders gepubliceerd. Maak de uitgave opnieuw; daarna "
        "tekenen gemeenten opnieuw."
    ),
    ReleaseDecided.DAMAGED: N_(
        "Wat er is bewaard, is niet meer wat gemeenten hebben gezien. Maak de uitgave opnieuw en vertel het uw beheerder."
    ),
    ReleaseDecided.NOBODY: N_("Geen enkele gemeente doet mee."),
}
# Why something cannot be proposed: the field of the form, and the sentence.
PROPOSED: Final[Mapping[str, tuple[str, str]]] = {
    TAKEN: ("naam", N_("Er is al een uitgave met deze naam. Kies een andere naam.")),
    NO_ROUNDS: ("meting", N_("Van deze meting is nog geen ronde met antwoorden verzegeld. Verzegel die eerst.")),
    NOT_ENDED: ("reden", N_("Van de vorige editie is nog een concept. Publiceer dat eerst, of laat het vervallen.")),
    NO_REASON: ("reden", N_("Schrijf de reden op, in hoogstens %(most)s tekens.")),
    UNKNOWN: ("reden", N_("Deze uitgave kennen wij niet. Kijk in de lijst met uitgaven.")),
}
# What does not fit in the form of a proposal, by the name of its value: the field, and the sentence.
UNFIT: Final[Mapping[str, tuple[str, str]]] = {
    "name": (
        "naam",
        N_("Gebruik 4 tot 60 kleine letters, cijfers en streepjes, zoals wmo-2027. Begin met een letter."),
    ),
    "measurement": ("meting", N_("Kies een meting.")),
    "title": ("titel", N_("Typ een titel van 3 tot 200 tekens op één regel, zoals: Wmo-meting 2027.")),
    "population": ("over-wie", N_("Typ op één regel, in 3 tot 200 tekens, over wie de cijfers gaan.")),
    "publisher": ("uitgever", N_("Typ op één regel, in 2 tot 120 tekens, wie de cijfers uitgeeft.")),
}


def state_words(standing: Standing) -> str:
    """Return how far an edition is."""
    if standing.is_busy:
        return STATES[BUSY]
    if standing.row.fault is not None and not standing.is_public:
        return STATES[FAULT]
    return STATES[standing.row.state]


def decision_words(decision: str) -> str:
    """Return what a municipality decided."""
    return DECISIONS[decision]
