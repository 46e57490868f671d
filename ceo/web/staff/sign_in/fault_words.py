"""What people read who cannot sign in, or whose password is refused: the cause and the cure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from litestar import Request

from ceo.web.languages import N_
from ceo.web.staff.pages import staff_words
from ceo.workflows.staff.password_rules import LONGEST, SHORTEST, PasswordFault
from ceo.workflows.staff.signing_in import SignInFault

WRONG_PASSWORD: Final = N_("Dit is niet uw wachtwoord. Typ het wachtwoord waarmee u zich aanmeldt.")
NOT_ALIKE: Final = N_("De twee wachtwoorden zijn niet hetzelfde. Typ het nieuwe wachtwoord nog een keer.")
NO_EMAIL: Final = N_("Vul uw e-mailadres in.")
NO_PASSWORD: Final = N_("Vul uw wachtwoord in.")
TOO_MANY: Final = N_("Er kwamen te veel pogingen achter elkaar. Wacht een paar minuten en probeer het dan opnieuw.")

PASSWORD_WORDS: Final[Mapping[SignInFault, str]] = {
    SignInFault.WRONG: N_(
        "Het e-mailadres of het wachtwoord klopt niet. Probeer het opnieuw, of vraag een nieuw wachtwoord."
    ),
    SignInFault.TOO_MANY: TOO_MANY,
}
CODE_WORDS: Final[Mapping[SignInFault, str]] = {
    SignInFault.WRONG: N_("Deze code klopt niet. Typ de 6 cijfers die de app nu toont."),
    SignInFault.USED: N_("Deze code is al gebruikt. Wacht tot de app een nieuwe code toont en typ die."),
    SignInFault.TOO_MANY: TOO_MANY,
}
RECOVERY_WORDS: Final[Mapping[SignInFault, str]] = {
    SignInFault.WRONG: N_("Deze herstelcode klopt niet of is al gebruikt. Probeer een andere code van uw lijst."),
    SignInFault.TOO_MANY: TOO_MANY,
}
OWN_PASSWORD_WORDS: Final[Mapping[SignInFault, str]] = {
    SignInFault.WRONG: WRONG_PASSWORD,
    SignInFault.TOO_MANY: TOO_MANY,
}
_CHOICE_WORDS: Final[Mapping[PasswordFault, str]] = {
    PasswordFault.TOO_SHORT: N_("Het wachtwoord is te kort: neem %(shortest)s tekens of meer."),
    PasswordFault.TOO_LONG: N_("Het wachtwoord is te lang: neem niet meer dan %(longest)s tekens."),
    PasswordFault.PREDICTABLE: N_(
        "Dit wachtwoord is te makkelijk te raden: het bestaat vooral uit bekende woorden, jaartallen of rijtjes. "
        "Neem bijvoorbeeld vier of vijf woorden die niets met elkaar te maken hebben."
    ),
    PasswordFault.OWN: N_(
        "Dit wachtwoord is te makkelijk te raden: het bestaat vooral uit uw naam, uw e-mailadres of de naam van deze website. "
        "Neem bijvoorbeeld vier of vijf woorden die niets met elkaar te maken hebben."
    ),
}


def choice_words(request: Request[Any, Any, Any], faults: Iterable[PasswordFault]) -> str:
    """Return all that is wrong with a new password, in one text."""
    told = (staff_words(request, _CHOICE_WORDS[fault], shortest=SHORTEST, longest=LONGEST) for fault in faults)
    return " ".join(told)
