"""What the pages of learning say: names of states, questions, points of view, kinds of goals and steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.web.languages import N_
from ceo.workflows.learning.actions import ActionState
from ceo.workflows.learning.dialogues import Because, DialogueState, PointOfView, Question, TakingPart
from ceo.workflows.learning.goals import GoalKind, GoalState
from ceo.workflows.learning.planner import StepKind
from questionnaires.personal_data import TraceKind
from questionnaires.scales import Polarity

BECAUSE: Final[Mapping[str, str]] = {
    Because.SIGNAL: N_("Een antenne gaf een signaal"),
    Because.COMPARISON: N_("Een vergelijking met anderen"),
    Because.CHANGE: N_("Een verandering sinds eerder"),
    Because.FIGURE: N_("Het cijfer zelf"),
}
QUESTIONS: Final[Mapping[str, str]] = {
    Question.RECOGNISE: N_("Herkennen we dit?"),
    Question.EXPLAIN: N_("Kunnen we het verklaren?"),
    Question.JUDGE: N_("Wat vinden we ervan?"),
    Question.ACT: N_("Wat doen we?"),
}
VIEWS: Final[Mapping[str, str]] = {
    PointOfView.CLIENTS: N_("Cliënten"),
    PointOfView.PROFESSIONALS: N_("Professionals"),
    PointOfView.POLICY: N_("Beleid"),
    PointOfView.COUNCIL: N_("Gemeenteraad"),
    PointOfView.PROVIDER: N_("Aanbieder"),
}
TAKING_PART: Final[Mapping[str, str]] = {
    TakingPart.CLIENTS: N_("Cliënten"),
    TakingPart.RELATIVES: N_("Naasten of mantelzorgers"),
    TakingPart.CLIENT_COUNCIL: N_("Cliëntenraad of adviesraad"),
    TakingPart.PROFESSIONALS: N_("Professionals"),
    TakingPart.POLICY: N_("Beleidsmedewerkers"),
    TakingPart.MANAGEMENT: N_("Management"),
    TakingPart.COUNCIL: N_("Raadsleden of wethouder"),
    TakingPart.PROVIDER: N_("Aanbieder of partner"),
}
DIALOGUE_STATES: Final[Mapping[str, str]] = {DialogueState.OPEN: N_("Open"), DialogueState.CLOSED: N_("Gesloten")}
ACTION_STATES: Final[Mapping[str, str]] = {
    ActionState.OPEN: N_("Loopt"),
    ActionState.DONE: N_("Klaar"),
    ActionState.STOPPED: N_("Gestopt"),
}
GOAL_KINDS: Final[Mapping[str, str]] = {
    GoalKind.AIM: N_("Doel van de raad"),
    GoalKind.INDICATOR: N_("Cijfer"),
    GoalKind.MEASURE: N_("Maatregel"),
}
GOAL_STATES: Final[Mapping[str, str]] = {GoalState.OPEN: N_("Loopt"), GoalState.ENDED: N_("Beëindigd")}
POLARITIES: Final[Mapping[str, str]] = {
    Polarity.POSITIVE: N_("Hoger is beter"),
    Polarity.NEGATIVE: N_("Lager is beter"),
    Polarity.NONE: N_("Geen van beide: het cijfer hoort bij het doel te liggen"),
}
STEPS: Final[Mapping[str, str]] = {
    StepKind.MEASURE: N_("Meten"),
    StepKind.MIRROR: N_("Spiegelen"),
    StepKind.DIALOGUE: N_("In gesprek"),
    StepKind.DECIDE: N_("Besluiten"),
    StepKind.TELL_RESIDENTS: N_("Vertellen aan inwoners"),
    StepKind.TELL_COUNCIL: N_("Vertellen aan de raad"),
}
# What a proposed step is called, with the year in which it is.
PROPOSED_TITLES: Final[Mapping[str, str]] = {
    StepKind.MEASURE: N_("Meting %(year)s: cliënten vragen naar hun ervaring"),
    StepKind.MIRROR: N_("Uitkomsten van %(year)s bekijken, naast die van anderen"),
    StepKind.DIALOGUE: N_("Gesprekken over de uitkomsten van %(year)s"),
    StepKind.DECIDE: N_("Acties kiezen na de gesprekken van %(year)s"),
    StepKind.TELL_RESIDENTS: N_("Inwoners vertellen wat wij met %(year)s doen"),
    StepKind.TELL_COUNCIL: N_("De raad vertellen over %(year)s"),
}
# What is found beside traces of persons.
STORY: Final = "story"
TRACES: Final[Mapping[str, str]] = {
    TraceKind.EMAIL: N_("een e-mailadres"),
    TraceKind.PHONE: N_("een telefoonnummer"),
    TraceKind.BSN: N_("een burgerservicenummer"),
    TraceKind.ADDRESS: N_("een adres"),
    TraceKind.NAME: N_("een naam"),
    STORY: N_("woorden uit een verhaal: die zouden hier blijven staan als de verteller de toestemming intrekt"),
}
# How a watched period lies beside what is usual, and what stands where no difference is told.
BESIDE_USUAL: Final[Mapping[str, str]] = {
    "above": N_("boven wat gewoon is"),
    "below": N_("onder wat gewoon is"),
    "": N_("binnen wat gewoon is"),
}
IN_BASELINE: Final = N_("laat zien wat gewoon is")
FROM_SIGNAL: Final = N_("niet te zeggen: het begin was een signaal")
NOT_TOLD: Final[Mapping[str, str]] = {
    "census": N_("niet te zeggen: alle cliënten gaven antwoord"),
    "no_variation": N_("niet te zeggen: alle antwoorden zijn gelijk"),
    "unknown_part": N_("niet te zeggen: niet bewaard is welk deel van de cliënten antwoord gaf"),
}
CHANGED: Final = N_(
    "Iemand anders bewaarde intussen iets. Hieronder staat wat u typte, en waar het anders is ook wat de ander bewaarde. "
    "Kies wat moet blijven, en bewaar opnieuw."
)
CHANGED_MEANWHILE: Final = N_("Iemand anders veranderde dit intussen. Kijk opnieuw wat er staat.")
IN_USE: Final = N_("Er hangen nog doelen of acties aan. Haal die eerst weg.")
