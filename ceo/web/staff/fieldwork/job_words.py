"""What pages and the terminal say about jobs: what is done, how far it is, and what went wrong. A code without words is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.storage.jobs import Job, JobState
from ceo.web.languages import N_
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.taking import WORKER_LOST

KINDS: Final[Mapping[str, str]] = {
    JobKind.LOAD_CLIENTS: N_("Cliëntenlijst inlezen"),
    JobKind.LOAD_CONTACTS: N_("Contactgegevens inlezen"),
    JobKind.LOAD_INFLOW: N_("Nieuwe cliënten inlezen"),
    JobKind.DRAW_SAMPLE: N_("Steekproef trekken"),
    JobKind.VERIFY_SAMPLE: N_("Steekproef controleren"),
    JobKind.MAKE_LETTERS: N_("Brieven maken"),
    JobKind.MAKE_MAIL_MERGE: N_("Bestand voor de drukker maken"),
    JobKind.MAKE_PAPER_FORMS: N_("Papieren vragenlijsten maken"),
    JobKind.SEND_MAIL: N_("E-mail versturen"),
    JobKind.INVITE_DUE: N_("Mensen uitnodigen die aan de beurt zijn"),
    JobKind.SEAL_MONTH: N_("Maand verzegelen"),
    JobKind.SEAL_ROUND: N_("Meting verzegelen"),
    JobKind.ERASE_ROUND: N_("Contactgegevens wissen"),
    JobKind.MAKE_SERIES: N_("Reeksen maken"),
}
# Where what a job made can be seen: the page below the fieldwork of the round, and the words of the link.
NEXT: Final[Mapping[str, tuple[str, str]]] = {
    JobKind.LOAD_CLIENTS: ("lijst", N_("Ga naar de cliëntenlijst")),
    JobKind.LOAD_CONTACTS: ("lijst", N_("Ga naar de cliëntenlijst")),
    JobKind.LOAD_INFLOW: ("instroom", N_("Ga naar de instroom")),
    JobKind.INVITE_DUE: ("mail", N_("Ga naar de e-mail")),
    JobKind.SEAL_MONTH: ("instroom", N_("Ga naar de instroom")),
    JobKind.DRAW_SAMPLE: ("steekproef", N_("Ga naar de steekproef")),
    JobKind.VERIFY_SAMPLE: ("steekproef", N_("Bekijk de uitkomst")),
    JobKind.MAKE_LETTERS: ("brieven", N_("Ga naar de brieven")),
    JobKind.MAKE_MAIL_MERGE: ("brieven", N_("Ga naar de brieven")),
    JobKind.MAKE_PAPER_FORMS: ("papier", N_("Ga naar de papieren vragenlijsten")),
    JobKind.SEND_MAIL: ("mail", N_("Ga naar de e-mail")),
    JobKind.SEAL_ROUND: ("", N_("Ga naar het veldwerk van deze meting")),
    JobKind.MAKE_SERIES: ("", N_("Ga naar het veldwerk van deze meting")),
    JobKind.ERASE_ROUND: ("", N_("Ga naar het veldwerk van deze meting")),
}
_RETRYING: Final = "retrying"
_STOPPING: Final = "stopping"
STATES: Final[Mapping[str, str]] = {
    JobState.WAITING: N_("Wacht op zijn beurt"),
    _RETRYING: N_("Wordt opnieuw geprobeerd"),
    JobState.RUNNING: N_("Bezig"),
    _STOPPING: N_("Stopt zo"),
    JobState.DONE: N_("Klaar"),
    JobState.FAILED: N_("Mislukt"),
    JobState.CANCELLED: N_("Gestopt"),
}
FAULTS: Final[Mapping[str, str]] = {
    "changed-while-sealing": N_("Er kwam nog iets bij tijdens het verzegelen. Probeer het opnieuw."),
    "already-drawn": N_("Er is al een steekproef getrokken uit de vorige lijst."),
    "drawn-before": N_("De steekproef is al getrokken."),
    "file-gone": N_("Het bestand is er niet meer. Stuur het opnieuw in."),
    "frame-changed": N_("De cliëntenlijst is veranderd na uw plan. Bekijk het plan opnieuw."),
    "invited-before": N_("Er zijn al mensen uitgenodigd."),
    "less-than-minimum": N_("In het plan staan minder mensen dan het minimum per groep."),
    "letter-does-not-fit": N_("De tekst past niet op één bladzijde. Maak hem korter."),
    "list-is-loading": N_("Er werd net een nieuwe lijst ingelezen. Bekijk het plan opnieuw."),
    "more-than-there-are": N_("In het plan staan meer mensen dan er op de lijst staan."),
    "no-frame": N_("Er is nog geen cliëntenlijst."),
    "no-series-key": N_("De sleutel van de gemeente is er niet meer. Lees de lijst opnieuw in en typ de sleutel."),
    "no-mail-server": N_("Er is geen mailserver ingesteld."),
    "nobody-to-draw": N_("Er staat niemand op de lijst die mee mag doen."),
    "not-continuous": N_("In deze meting komen geen nieuwe mensen."),
    "not-closed": N_("De meting is nog niet gesloten."),
    "not-drawn": N_("Er is nog geen steekproef getrokken."),
    "not-on-paper": N_("Deze vragenlijst kan niet op papier."),
    "other-series-key": N_("Een andere meting van deze reeks heeft een andere sleutel. Lees de lijst opnieuw in."),
    "provider-of-youth": N_("Jeugdhulp wordt nooit naar aanbieder verdeeld."),
    "round-closed": N_("De meting is gesloten."),
    "round-is-over": N_("De meting is afgelopen."),
    "round-not-in-field": N_("Het veldwerk van deze meting loopt niet."),
    "round-over": N_("De meting is afgelopen."),
    "too-many-strata": N_("Er zijn te veel groepen. Kies een indeling met minder groepen."),
    WORKER_LOST: N_("Het programma dat dit werk doet viel steeds uit."),
}
UNKNOWN_FAULT: Final = N_("Er ging iets mis in het systeem.")


def kind_words(kind: str) -> str:
    """Return what a job does."""
    return KINDS.get(kind, kind)


def state_words(job: Job) -> str:
    """Return how far a job is."""
    if job.state == JobState.WAITING and job.fault:
        return STATES[_RETRYING]
    if job.state == JobState.RUNNING and job.cancel_asked:
        return STATES[_STOPPING]
    return STATES.get(job.state, job.state)


def fault_words(fault: str) -> str:
    """Return what went wrong."""
    return FAULTS.get(fault, UNKNOWN_FAULT)


def is_busy(job: Job) -> bool:
    """Return whether a job waits or runs: its page is another one in a moment."""
    return job.state in {JobState.WAITING, JobState.RUNNING}
