"""What pages say about notices: the sentence of one, and for each kind what it is and why somebody gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceo.web.languages import N_, format_day, staff_translations
from ceo.workflows.notices.kinds import NoticeKind
from ceo.workflows.notices.reading import Told


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind of notice: its name, and why somebody gets it."""

    name: str
    why: str


KINDS: Final[Mapping[NoticeKind, KindWords]] = {
    NoticeKind.SIGNAL: KindWords(
        N_("Een antenne geeft een signaal"), N_("U krijgt dit omdat u met de antennes van de gemeente werkt.")
    ),
    NoticeKind.ACTION_DUE: KindWords(
        N_("Een actie moet bijna klaar zijn, of is over tijd"),
        N_("U krijgt dit omdat u met de acties van de gemeente werkt."),
    ),
    NoticeKind.STEP_SOON: KindWords(
        N_("Een stap van de planning komt eraan"), N_("U krijgt dit omdat u met de planning van de gemeente werkt.")
    ),
    NoticeKind.ROUND_ENDS: KindWords(
        N_("Een meting sluit bijna"), N_("U krijgt dit omdat u het veldwerk van de gemeente doet.")
    ),
    NoticeKind.RELEASE_WAITS: KindWords(
        N_("Een uitgave wacht op een handtekening"), N_("U krijgt dit omdat u voor de gemeente tekent.")
    ),
    NoticeKind.QUESTION_ANSWERED: KindWords(
        N_("Er is een antwoord op uw vraag"), N_("U krijgt dit omdat u zelf een vraag stelde aan anderen.")
    ),
    NoticeKind.STORY_WITHDRAWN: KindWords(
        N_("Iemand trok toestemming voor een verhaal in"),
        N_("U krijgt dit omdat u verhalen leest. Citaten of casussen zijn erdoor veranderd."),
    ),
}
_LATE: Final = N_("Een actie is over tijd. De dag was %(day)s.")
_SENTENCES: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.SIGNAL: N_("Een antenne geeft een signaal: %(title)s. Kijk samen wat er speelt."),
    NoticeKind.ACTION_DUE: N_("Een actie moet klaar zijn op %(day)s."),
    NoticeKind.STEP_SOON: N_("Een stap van de planning komt eraan, op %(day)s."),
    NoticeKind.ROUND_ENDS: N_("Meting sluit op %(day)s: %(title)s."),
    NoticeKind.RELEASE_WAITS: N_("Een uitgave wacht op een handtekening: %(title)s."),
    NoticeKind.QUESTION_ANSWERED: N_("Er is een antwoord op uw vraag aan anderen."),
    NoticeKind.STORY_WITHDRAWN: N_(
        "Iemand trok toestemming voor een verhaal in. Citaten of casussen zijn erdoor veranderd."
    ),
}


def sentence_of(told: Told, language: str) -> str:
    """Return what a notice says."""
    late = told.kind is NoticeKind.ACTION_DUE and bool(told.facts.get("late"))
    sentence = staff_translations(language).gettext(_LATE if late else _SENTENCES[told.kind])
    day = told.facts.get("day")
    return sentence % {
        "title": told.facts.get("title", ""),
        "day": format_day(date.fromisoformat(day), language) if day else "",
    }
