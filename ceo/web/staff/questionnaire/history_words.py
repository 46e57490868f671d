"""What was changed in a configuration, in words: one sentence for each code of the history."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from litestar import Request

from ceo.web.languages import LANGUAGE_NAMES, N_
from ceo.web.staff.pages import staff_words

_WORDS: Final[Mapping[str, str]] = {
    "begun": N_("Begonnen met deze vragenlijst"),
    "title": N_("Titel veranderd in ‘%(after)s’"),
    "core": N_("Kern veranderd van %(before)s in %(after)s"),
    "module.on": N_("Module ‘%(title)s’ gekozen"),
    "module.off": N_("Module ‘%(title)s’ weggehaald"),
    "param": N_("Eigen woord ingevuld: ‘%(after)s’"),
    "question.added": N_("Vraag ‘%(title)s’ toegevoegd"),
    "question.changed": N_("Vraag ‘%(title)s’ veranderd"),
    "question.removed": N_("Vraag ‘%(title)s’ weggehaald"),
    "question.moved": N_("Vraag ‘%(title)s’ verplaatst"),
    "question.adopted": N_("Vraag ‘%(title)s’ overgenomen van een andere gemeente"),
    "condition": N_("Voorwaarde veranderd bij ‘%(title)s’"),
    "languages": N_("Talen gekozen: %(after)s"),
    "texts": N_("Vertaling bijgewerkt: %(language)s"),
    "accepted": N_("Waarschuwing %(code)s aanvaard"),
    "unaccepted": N_("Waarschuwing %(code)s niet meer aanvaard"),
    "breakdowns": N_("Uitsplitsingen gekozen"),
    "undone": N_("Ongedaan gemaakt: terug naar stand %(to)s"),
    "redone": N_("Opnieuw gedaan: naar stand %(to)s"),
    "went-back": N_("Teruggegaan naar stand %(to)s"),
    "removed": N_("Vragenlijst weggelegd"),
    "restored": N_("Vragenlijst teruggehaald"),
    "published": N_("Vastgesteld als %(reference)s"),
}
_OTHER: Final = N_("Iets veranderd")
_NAMED: Final = re.compile(r"%\((\w+)\)s")
_DEFAULT_AGAIN: Final = N_("Eigen woord weggehaald")


def change_words(request: Request[Any, Any, Any], code: str, details: Mapping[str, Any]) -> str:
    """Return what a change did, in the language of who asks."""
    sentence = _DEFAULT_AGAIN if code == "param" and not details.get("after") else _WORDS.get(code, _OTHER)
    # A sentence may name what an older version of the software did not write down.
    unsaid = dict.fromkeys(_NAMED.findall(sentence), "")
    return staff_words(request, sentence, **{**unsaid, **{name: _said(value) for name, value in details.items()}})


def _said(value: Any) -> str:
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(LANGUAGE_NAMES.get(str(one), str(one)) for one in values)
