"""The words for the uses of a story, in the language of the page: on the page that asks, the review, the copy and the letter back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ceo.web.languages import N_, translations
from questionnaires.definition import ConsentScope

_USES: Final[Mapping[ConsentScope, str]] = {
    "leren_intern": N_("De gemeente mag ervan leren."),
    "delen_anoniem": N_("De gemeente mag het met anderen delen, zonder uw naam."),
    "landelijk_delen": N_("Ook anderen in Nederland mogen het lezen, zonder uw naam."),
    "terugbellen": N_("De gemeente mag mij bellen over dit verhaal."),
}


def use_words(scope: ConsentScope, language: str) -> str:
    """Return a use as a sentence that a teller can agree with."""
    return translations(language).gettext(_USES[scope])


def uses_words(scopes: Sequence[ConsentScope], language: str) -> tuple[str, ...]:
    """Return the given uses as sentences; one sentence that says so when there are none."""
    none = translations(language).gettext("Wij gebruiken het verhaal nergens voor.")
    return tuple(use_words(scope, language) for scope in scopes) or (none,)
