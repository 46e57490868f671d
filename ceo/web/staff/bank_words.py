"""What the pages of the question bank call things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.web.languages import N_

DOMAINS: Final[Mapping[str, str]] = {
    "toegang": N_("Toegang"),
    "kwaliteit": N_("Kwaliteit"),
    "effect": N_("Effect"),
    "leven": N_("Leven"),
    "verhaal": N_("Verhaal"),
    "profiel": N_("Achtergrond"),
    "local": N_("Eigen onderwerp van een gemeente"),
}
KINDS: Final[Mapping[str, str]] = {
    "ordinal": N_("Kiezen op een schaal"),
    "nominal": N_("Eén antwoord kiezen"),
    "multi": N_("Meer antwoorden kiezen"),
    "integer": N_("Een getal invullen"),
    "date": N_("Een datum invullen"),
    "text": N_("Een paar woorden schrijven"),
    "narrative": N_("Een verhaal vertellen"),
}
ORIGINS: Final[Mapping[str, str]] = {
    "national": N_("Landelijke vragen"),
    "local": N_("Gedeeld door gemeenten"),
}
