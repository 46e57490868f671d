"""What the page of e-mail says about states, troubles and mails that came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.storage.letters import MailState
from ceo.web.languages import N_
from ceo.workflows.inviting.bounces import Returned

# In the order of the table: what a state is called, and what it means.
STATES: Final[Mapping[MailState, tuple[str, str]]] = {
    MailState.WAITING: (N_("Wacht"), N_("Wordt nog verstuurd.")),
    MailState.SENDING: (N_("Bezig"), N_("Wordt nu aan de mailserver gegeven.")),
    MailState.SENT: (N_("Verstuurd"), N_("De mailserver heeft de mail aangenomen, of u ging daarvan uit.")),
    MailState.UNCERTAIN: (N_("Onzeker"), N_("Verstuurd of niet: dat weet alleen de mailserver. U kiest hieronder.")),
    MailState.BOUNCED: (N_("Teruggekomen"), N_("Het mailadres werkt niet. Deze mensen krijgen geen herinnering.")),
    MailState.GIVEN_UP: (N_("Opgegeven"), N_("De mail werd dagenlang niet aangenomen. Een brief kan nog.")),
    MailState.WITHDRAWN: (
        N_("Ingetrokken"),
        N_("Niet meer nodig: geantwoord, afgemeld, gestopt, of de meting sloot."),
    ),
}
# Why no mail goes over the line, as long as mails wait for that.
LINE_FAULTS: Final[Mapping[str, str]] = {
    "line-connection": N_("De mailserver is niet te bereiken."),
    "line-server": N_("De mailserver laat ons niet toe."),
    "line-sender": N_("De mailserver neemt nu geen mail van ons aan."),
}
RETURNS: Final[Mapping[Returned, str]] = {
    Returned.MARKED: N_("Verwerkt: dit mailadres werkt niet"),
    Returned.ALREADY: N_("Was al verwerkt"),
    Returned.NOT_FINAL: N_("Geen fout: de mail komt nog aan, of is aangekomen"),
    Returned.UNKNOWN: N_("Hoort niet bij een mail van deze meting"),
    Returned.UNREADABLE: N_("Geen melding van een mailserver"),
}
