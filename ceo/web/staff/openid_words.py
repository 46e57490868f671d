"""What pages say about signing in at an identity provider, and about setting one up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.web.languages import N_
from ceo.workflows.openid.fetching import Cause
from ceo.workflows.openid.people import NotAdmitted
from ceo.workflows.openid.provider_form import Why
from ceo.workflows.openid.signing_in import NotSignedIn
from ceo.workflows.openid.trial import Known, Step

# The cause and the cure.
NOT_SIGNED_IN_WORDS: Final[Mapping[NotSignedIn | NotAdmitted, tuple[str, str]]] = {
    NotSignedIn.UNKNOWN: (
        N_("Met deze aanmelddienst kunt u zich hier niet aanmelden, of niet meer."),
        N_("Ga terug naar het aanmelden en kies een andere manier."),
    ),
    NotSignedIn.AWAY: (
        N_("De aanmelddienst van uw gemeente antwoordt niet, of niet zoals het hoort."),
        N_("Probeer het over een paar minuten nog een keer. Blijft het zo? Vraag het dan aan de beheerder van de aanmelddienst."),
    ),
    NotSignedIn.FORGOTTEN: (
        N_("Uw bezoek aan de aanmelddienst hoort niet bij deze browser, duurde langer dan tien minuten, of is al gebruikt."),
        N_("Begin opnieuw met aanmelden, en doe alles in hetzelfde venster."),
    ),
    NotSignedIn.DENIED: (
        N_("U bent bij de aanmelddienst niet aangemeld, of u mag daar CEO niet gebruiken."),
        N_("Probeer het nog een keer. Lukt het weer niet? Vraag de beheerder van de aanmelddienst om u toe te laten."),
    ),
    NotSignedIn.REFUSED: (
        N_("De aanmelddienst neemt het verzoek van CEO niet aan."),
        N_("Begin opnieuw met aanmelden. Lukt het weer niet? Vraag dan de eigenaar van uw gemeente om de aanmelddienst te testen."),
    ),
    NotSignedIn.NOT_VALID: (
        N_("Het antwoord van de aanmelddienst klopt niet. Voor de zekerheid bent u niet aangemeld."),
        N_("Begin opnieuw met aanmelden. Lukt het weer niet? Vraag dan de eigenaar van uw gemeente om de aanmelddienst te testen."),
    ),
    NotAdmitted.WEAK: (
        N_("Uw gemeente vraagt om een sterkere manier van aanmelden dan u gebruikte."),
        N_("Meld u bij de aanmelddienst aan met een tweede stap, zoals een code op uw telefoon."),
    ),
    NotAdmitted.NO_EMAIL: (
        N_("De aanmelddienst noemt geen e-mailadres van u dat is gecontroleerd."),
        N_("Vraag de beheerder van de aanmelddienst om uw e-mailadres mee te sturen als gecontroleerd (email_verified)."),
    ),
    NotAdmitted.NO_ROLES: (
        N_("U hebt nog geen rol in CEO, of niet meer."),
        N_("Vraag de beheerder van de aanmelddienst om u in de juiste groep te zetten, of de eigenaar van uw gemeente om een rol."),
    ),
    NotAdmitted.ELSEWHERE: (
        N_("Met deze aanmelddienst komt u niet in dit account. Misschien werkt u voor meer dan één gemeente."),
        N_("Meld u aan met uw e-mailadres en wachtwoord. Hebt u geen wachtwoord? Vraag de eigenaar om een uitnodiging."),
    ),
    NotAdmitted.DISABLED: (
        N_("Uw account is gesloten."),
        N_("Vraag de eigenaar van uw gemeente om het weer te openen."),
    ),
    NotAdmitted.LAST_MANAGER: (
        N_("U bent de laatste die in uw gemeente anderen kan toelaten, en uw groepen bij de aanmelddienst geven u die rol niet."),
        N_("Vraag de beheerder om de groep van eigenaren. Of meld u aan met uw wachtwoord en geef eerst iemand anders die rol."),
    ),
}  # fmt: skip

FIELD_WORDS: Final[Mapping[tuple[str, Why], str]] = {
    ("label", Why.EMPTY): N_("Vul in wat er op de knop staat, zoals: Gemeente Utrecht."),
    ("label", Why.TOO_LONG): N_("De tekst op de knop is te lang. Gebruik hoogstens 60 tekens."),
    ("issuer", Why.EMPTY): N_("Vul het adres van de uitgever in."),
    ("issuer", Why.NO_ADDRESS): N_("Dit is geen adres dat met https:// begint. Neem het over van de aanmelddienst, zonder ? of # erin."),
    ("issuer", Why.TAKEN): N_("Uw gemeente heeft al een aanmelddienst met dit adres. Wijzig die."),
    ("client_id", Why.EMPTY): N_("Vul de naam in waaronder de aanmelddienst CEO kent."),
    ("secret", Why.EMPTY): N_("Vul het geheim in dat de aanmelddienst aan CEO gaf."),
    ("secret", Why.SECRET_AGAIN): N_("U wijzigt het adres van de uitgever. Vul daarom ook het geheim van die uitgever in."),
    ("claim", Why.EMPTY): N_("Vul de naam van het gegeven met de groepen in, zoals groups."),
    ("rows", Why.EMPTY): N_("Noem minstens één groep met een rol. Anders komt niemand binnen."),
    ("rows", Why.TOO_MANY): N_("Dit zijn te veel regels. Gebruik er hoogstens 100."),
}  # fmt: skip
ROW_WORDS: Final[Mapping[Why, str]] = {
    Why.HALF_ROW: N_("Regel %(row)s: vul een groep in én kies een rol."),
    Why.DOUBLE: N_("Regel %(row)s: deze groep staat er al. Een groep geeft één rol."),
    Why.NO_ROLE: N_("Regel %(row)s: deze rol kan hier niet worden gegeven. Kies een rol uit de lijst."),
    Why.TOO_LONG: N_("Regel %(row)s: deze groep is te lang."),
    Why.STRANGE: N_("Regel %(row)s: in deze groep staat een teken dat er niet in hoort."),
}
OTHER_WORDS: Final[Mapping[Why, str]] = {
    Why.TOO_LONG: N_("Dit is te lang."),
    Why.STRANGE: N_("Hierin staat een teken dat er niet in hoort. Kopieer het opnieuw van de aanmelddienst."),
}

STEP_WORDS: Final[Mapping[Step, str]] = {
    Step.DOCUMENT: N_("Bij het ophalen van wat de aanmelddienst over zichzelf zegt:"),
    Step.KEYS: N_("Bij het ophalen van de sleutels van de aanmelddienst:"),
    Step.CLIENT: N_("Bij het navragen of de aanmelddienst CEO kent:"),
}
CAUSE_WORDS: Final[Mapping[Cause, str]] = {
    Cause.AWAY: N_("Op dit adres antwoordt niets. Klopt het adres, en mag deze server het bereiken?"),
    Cause.SLOW: N_("Het duurde te lang. Probeer het nog een keer."),
    Cause.STATUS: N_("De dienst antwoordt met fout %(about)s. Klopt het adres van de uitgever?"),
    Cause.TOO_LARGE: N_("Het antwoord is veel groter dan het hoort te zijn. Klopt het adres van de uitgever?"),
    Cause.NOT_JSON: N_("Het antwoord is geen document van een aanmelddienst. Klopt het adres van de uitgever?"),
    Cause.OTHER_ISSUER: N_("De dienst noemt zichzelf anders: %(about)s. Neem dat adres precies over, als u het vertrouwt."),
    Cause.ADDRESS: N_("In het document staat geen veilig adres voor %(about)s. De beheerder van de dienst moet dat herstellen."),
    Cause.NO_CODE: N_("De dienst staat aanmelden met een code (authorization code) niet toe. De beheerder moet dat aanzetten."),
    Cause.NO_PKCE: N_("De dienst kan PKCE met S256 niet. De beheerder moet dat aanzetten."),
    Cause.NO_ALGORITHM: N_("De dienst tekent niet met RS, PS of ES. De beheerder moet een van die handtekeningen kiezen."),
    Cause.NO_SECRET: N_("De dienst neemt geen geheim aan. De beheerder moet client_secret_basic of client_secret_post aanzetten."),
    Cause.NO_KEYS: N_("De dienst geeft geen bruikbare sleutel, zoals RSA van minstens 2048 bits of een elliptische kromme."),
}  # fmt: skip
KNOWN_WORDS: Final[Mapping[Known, str]] = {
    Known.YES: N_("Alles klopt: de dienst antwoordt, de sleutels zijn goed, en de dienst kent CEO met dit geheim."),
    Known.NO: N_(
        "De dienst antwoordt, maar kent CEO niet met deze naam en dit geheim. Vraag een nieuw geheim: misschien is dit verlopen."
    ),
    Known.UNCLEAR: N_(
        "De dienst antwoordt en de sleutels zijn goed. Of het geheim klopt, zegt de dienst niet: meld u een keer aan om het te weten."
    ),
}
