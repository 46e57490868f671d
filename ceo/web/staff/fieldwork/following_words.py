"""What the page that follows fieldwork says: outcomes, ways of answering, and traits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.web.languages import N_

MODES: Final[Mapping[str, str]] = {
    "web": N_("op internet"),
    "paper": N_("op papier"),
    "phone": N_("aan de telefoon of aan het loket"),
}
# The letters are those of AAPOR, by which researchers know these outcomes.
CASES: Final[Mapping[str, str]] = {
    "complete": N_("Volledig ingevuld (I)"),
    "refused": N_("Wil niet meedoen, of begonnen en niet verstuurd (R)"),
    "other": N_("Kan niet meedoen, of overleden (O)"),
    "unknown_household": N_("Niets gehoord (UH)"),
    "unknown_other": N_("Brief of mail kwam terug (UO)"),
    "not_eligible": N_("Hoort niet bij de meting (NE)"),
}
TRAITS: Final[Mapping[str, str]] = {"age_group": N_("Leeftijd"), "sex": N_("Geslacht")}
CATEGORIES: Final[Mapping[str, str]] = {"man": N_("man"), "woman": N_("vrouw"), "other": N_("anders")}
