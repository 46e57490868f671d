"""What is held about a client, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.storage.clients import ClientStatus
from ceo.storage.contacts import Disposition, InvitationState
from ceo.storage.letters import LetterKind
from ceo.web.languages import N_

STATES: Final[Mapping[str, str]] = {
    InvitationState.OPEN: N_("uitgenodigd, nog niet begonnen"),
    InvitationState.STARTED: N_("begonnen, niet verstuurd"),
    InvitationState.COMPLETE: N_("verstuurd"),
    InvitationState.REFUSED: N_("wil niet meedoen"),
}
DISPOSITIONS: Final[Mapping[str, str]] = {
    Disposition.UNDELIVERABLE: N_("de brief of mail kwam terug"),
    Disposition.NOT_ABLE: N_("kan niet meedoen: te ziek, of geen gedeelde taal"),
    Disposition.DECEASED: N_("overleden"),
    Disposition.NOT_ELIGIBLE: N_("hoort niet bij deze meting"),
    Disposition.REFUSED_OTHERWISE: N_("heeft gezegd niet mee te doen"),
}
STATUSES: Final[Mapping[str, str]] = {
    ClientStatus.ELIGIBLE: N_("op de lijst, niet getrokken"),
    ClientStatus.EXCLUDED: N_("op de lijst, doet niet mee"),
    ClientStatus.DRAWN: N_("getrokken"),
    ClientStatus.RESERVE: N_("op de reservelijst"),
}
TRAITS: Final[Mapping[str, str]] = {
    "came_in": N_("Erbij gekomen op"),
    "acts": N_("Wetten"),
    "products": N_("Soorten hulp"),
    "providers": N_("Aanbieders"),
    "granted": N_("Hulp gekregen"),
    "age_group": N_("Leeftijd, als groep"),
    "sex": N_("Geslacht"),
    "neighbourhood": N_("Wijk of postcodegebied"),
    "language": N_("Taal"),
}
KINDS: Final[Mapping[str, str]] = {LetterKind.INVITATION: N_("uitnodiging"), LetterKind.REMINDER: N_("herinnering")}
