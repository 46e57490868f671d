"""The mails that staff get, in the languages of the workplace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ceo.storage.people import MailPurpose
from ceo.workflows.mailing import Mail

_SOURCE: Final = "nl"


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    text: str


_WORDS: Final[Mapping[tuple[MailPurpose, str], _Words]] = {
    (MailPurpose.INVITATION, "nl"): _Words(
        "Uitnodiging voor CEO",
        """\
Beste {name},

U bent uitgenodigd om te werken met CEO: het cliëntervaringsonderzoek van gemeenten.
Kies eerst een wachtwoord. Dat kan met deze link:

{address}

De link werkt één keer en 7 dagen lang. Verwachtte u deze mail niet? Dan hoeft u niets te doen.
""",
    ),
    (MailPurpose.INVITATION, "en"): _Words(
        "Invitation to CEO",
        """\
Dear {name},

You have been invited to work with CEO: the client-experience surveys of Dutch municipalities.
First choose a password. You can do so with this link:

{address}

The link works once, and for 7 days. Did you not expect this mail? Then you need not do anything.
""",
    ),
    (MailPurpose.NEW_PASSWORD, "nl"): _Words(
        "Een nieuw wachtwoord voor CEO",
        """\
Beste {name},

Iemand heeft een nieuw wachtwoord gevraagd voor uw account bij CEO. Was u dat? Kies het dan met deze link:

{address}

De link werkt één keer en een uur lang. Vroeg u niets? Dan hoeft u niets te doen: uw wachtwoord blijft zoals het is.
""",
    ),
    (MailPurpose.NEW_PASSWORD, "en"): _Words(
        "A new password for CEO",
        """\
Dear {name},

Somebody asked for a new password for your account at CEO. Was it you? Then choose it with this link:

{address}

The link works once, and for one hour. Did you not ask for anything? Then you need not do anything: your password stays as it is.
""",
    ),
}


def write_link_mail(purpose: MailPurpose, language: str, *, to: str, name: str, address: str) -> Mail:
    """Return the mail that brings a link."""
    words = _WORDS.get((purpose, language)) or _WORDS[purpose, _SOURCE]
    return Mail(to, words.subject, words.text.format(name=name, address=address))
