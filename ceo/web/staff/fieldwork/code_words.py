"""What is said about a code with which nothing can be done: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.web.languages import N_
from ceo.workflows.inviting.brought_codes import CodeFault

CODE_FAULTS: Final[Mapping[CodeFault, str]] = {
    CodeFault.EMPTY: N_("Vul de code in. Die heeft 12 letters en cijfers."),
    CodeFault.UNREADABLE: N_("Dit is geen code. Een code heeft 12 letters en cijfers, zoals BCDF-GHJK-3467."),
    CodeFault.UNKNOWN: N_("Deze code kennen wij niet. Kijk of elke letter en elk cijfer klopt."),
    CodeFault.OTHER_MUNICIPALITY: N_(
        "Deze code is van een andere gemeente. Stuur de lijst of de persoon naar die gemeente."
    ),
    CodeFault.OTHER_ROUND: N_("Deze code is van een andere meting van uw gemeente. Kies eerst die meting."),
    CodeFault.NOT_IN_FIELD: N_("De meting staat niet open voor antwoorden. Er kan niets meer bij."),
    CodeFault.ANSWERED: N_("Met deze code zijn al antwoorden verstuurd. Iedereen telt één keer mee."),
    CodeFault.REFUSED: N_(
        "De persoon met deze code wil niet meedoen. Wil die persoon nu wel? Laat ‘Toch meedoen’ kiezen op de website, met deze code."
    ),
}
