"""What is said about a story in which personal data seem to stand: what seems to be there, and that it may stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from babel.lists import format_list

from ceo.web.languages import N_, translations
from questionnaires.personal_data import Trace, TraceKind

_KINDS: Final[Mapping[TraceKind, str]] = {
    TraceKind.EMAIL: N_("een e-mailadres"),
    TraceKind.PHONE: N_("een telefoonnummer"),
    TraceKind.BSN: N_("een burgerservicenummer"),
    TraceKind.ADDRESS: N_("een adres"),
    TraceKind.NAME: N_("een naam"),
}


def trace_words(traces: Iterable[Trace], language: str) -> str:
    """Return what seems to stand in a story, each kind once in the order of the story; "" when nothing does."""
    _ = translations(language).gettext
    kinds = [_(_KINDS[kind]) for kind in dict.fromkeys(trace.kind for trace in traces)]
    told = format_list(kinds, locale=language)
    return _("In dit verhaal lijkt te staan: %(kinds)s.") % {"kinds": told} if kinds else ""


def trace_advice(language: str) -> str:
    """Return what a teller can do about it."""
    _ = translations(language).gettext
    return _("Daaraan kunnen anderen iemand herkennen. Weghalen mag, laten staan mag ook.")
