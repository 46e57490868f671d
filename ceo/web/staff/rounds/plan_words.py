"""What the choices of a plan are called, and what to do about what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.storage.rounds import Promise
from ceo.web.languages import LANGUAGE_NAMES, N_
from ceo.workflows.rounds.design import Breakdown, Moment, Step
from ceo.workflows.rounds.series import SeriesFault
from ceo.workflows.rounds.stages import Obstacle
from questionnaires.questionnaire import Questionnaire

STEPS: Final[Mapping[Step, str]] = {
    Step.AIM: N_("Wat wilt u weten?"),
    Step.MOMENT: N_("Wanneer?"),
    Step.TARGET: N_("Over wie?"),
    Step.METHOD: N_("Hoe vraagt u het?"),
    Step.EXECUTION: N_("Uitvoering"),
}
MOMENTS: Final[Mapping[Moment, str]] = {
    Moment.ONCE: N_("Eén keer"),
    Moment.PERIODIC: N_("Regelmatig, bijvoorbeeld elk jaar"),
    Moment.CONTINUOUS: N_("Doorlopend: nieuwe cliënten komen erbij terwijl de meting loopt"),
    Moment.EVENT: N_("Na een gebeurtenis, zoals het begin of het einde van de hulp"),
}
MODES: Final[Mapping[str, str]] = {
    "web": N_("Op internet, met een code"),
    "paper": N_("Op papier"),
    "phone": N_("Aan de telefoon of aan het loket"),
}
PROMISES: Final[Mapping[Promise, str]] = {
    Promise.ANONYMOUS: N_("Anoniem: na het versturen leidt niets van de code naar de antwoorden."),
    Promise.PSEUDONYMOUS: N_(
        "Met een schuilnaam: de cliënt kan de antwoorden met de code terugvinden en intrekken. "
        "Nodig als u dezelfde mensen later weer vraagt."
    ),
}
BREAKDOWNS: Final[Mapping[Breakdown, str]] = {
    Breakdown.NONE: N_("Niet: één groep"),
    Breakdown.ACT: N_("De wet"),
    Breakdown.PRODUCT: N_("De soort hulp"),
    Breakdown.PROVIDER: N_("De aanbieder"),
    Breakdown.NEIGHBOURHOOD: N_("De wijk"),
    Breakdown.AGE_GROUP: N_("De leeftijd, in groepen"),
    Breakdown.GRANTED: N_("Hulp gekregen of niet"),
}
# What is missing, and how to mend it. Steps and pages to go to stand in the template.
OBSTACLES: Final[Mapping[Obstacle, str]] = {
    Obstacle.STEPS_LEFT: N_("Nog niet alle stappen van het plan zijn ingevuld."),
    Obstacle.NO_CLIENTS: N_("Er is nog geen lijst met cliënten."),
    Obstacle.NOT_DRAWN: N_("Er is nog niet gekozen wie u uitnodigt: trek een steekproef, of vraag iedereen."),
    Obstacle.NO_GROUPS: N_("Het is nog niet bekend hoeveel cliënten er zijn."),
    Obstacle.LAST_DAY_PASSED: N_("De laatste dag van de meting is voorbij. Kies een latere dag."),
    Obstacle.ERASED_TOO_SOON: N_("De adressen zouden worden gewist voordat de meting klaar is. Kies een latere dag."),
    Obstacle.WITHDRAWN_VERSION: N_("De vragenlijst is ingetrokken. Kies een andere."),
    Obstacle.MODE_NOT_ASKED: N_("De vragenlijst is niet gemaakt voor alle manieren die u koos."),
    Obstacle.LANGUAGE_NOT_ASKED: N_("De vragenlijst bestaat niet in alle talen die u koos."),
    Obstacle.FORBIDDEN_BREAKDOWN: N_(
        "Deze uitsplitsing mag niet bij deze wet, of de wet is nog niet bekend. Kies een andere, of kies de wet bij „Over wie?”."
    ),
    Obstacle.FORBIDDEN_PARTNERS: N_(
        "Partners noemen mag niet bij deze wet, of de wet is nog niet bekend. Haal de partners weg, of kies de wet, bij „Over wie?”."
    ),
    Obstacle.SERIES_ANONYMOUS: N_(
        "U vraagt dezelfde mensen later weer. Dat kan niet anoniem: beloof een schuilnaam, of haal de meting uit de reeks."
    ),
    Obstacle.SERIES_WITHOUT_KEY: N_(
        "U vraagt dezelfde mensen later weer. Lees daarvoor een lijst in met de sleutel van uw gemeente."
    ),
    Obstacle.SOMEBODY_INVITED: N_("Er is al iemand uitgenodigd. Wat die mensen is beloofd, blijft zo."),
    Obstacle.FORMS_WAIT: N_("Er liggen nog papieren vragenlijsten die zijn ingevoerd en niet verstuurd."),
    Obstacle.WORK_GOES_ON: N_("Er loopt nog een taak van deze meting. Wacht tot die klaar is, of stop haar."),
}
# Why a round cannot be in the series that was chosen.
SERIES_FAULTS: Final[Mapping[SeriesFault, str]] = {
    SeriesFault.ANONYMOUS: N_(
        "U hebt beloofd dat de meting anoniem is. Kies eerst een schuilnaam, bij „Hoe vraagt u het?”."
    ),
    SeriesFault.GOES_ON: N_("Een doorlopende meting, of een meting na een gebeurtenis, kan niet in een reeks."),
    SeriesFault.UNKNOWN: N_("Kies een reeks die er is."),
    SeriesFault.IS_FOLLOWED: N_("Er is al een volgende meting van deze reeks. Daarom blijft deze meting erin."),
}
# What is erased, by the name of its table.
ERASED_WORDS: Final[Mapping[str, str]] = {
    "contact": N_("naam en adres"),
    "client": N_("regel van de lijst met cliënten"),
    "second_code": N_("code van een herinnering"),
    "outgoing_mail": N_("mail"),
    "invitation": N_("uitnodiging met code"),
    "kept_file_part": N_("deel van een bestand"),
    "kept_file": N_("bestand met lijsten of brieven"),
    "keyed_form": N_("ingevoerd formulier"),
    "draft": N_("antwoorden die niet zijn verstuurd"),
    "callback": N_("verzoek om terug te bellen"),
    "inflow_key": N_("sleutel voor instroom"),
    "pseudonym": N_("schuilnaam"),
}


def language_names(questionnaire: Questionnaire) -> dict[str, str]:
    """Return the languages of a questionnaire by their own names."""
    return {code: LANGUAGE_NAMES.get(code, code) for code in questionnaire.languages}
