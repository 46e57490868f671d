"""The mail with what somebody was told on a day, in the languages of the workplace. It says what and where: no title, no figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ceo.workflows.mailing import Mail
from ceo.workflows.notices.kinds import NoticeKind

_SOURCE: Final = "nl"


@dataclass(frozen=True, slots=True)
class DigestLine:
    """What is told of one place: what kind of thing, and the whole address that leads to it."""

    kind: NoticeKind
    address: str


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    greeting: str
    stop: str
    choose: str


@dataclass(frozen=True, slots=True)
class _KindWords:
    what: str
    why: str
    stop: str


_WORDS: Final[Mapping[str, _Words]] = {
    "nl": _Words(
        "Nieuws voor u in CEO",
        "Beste {name},\n\nEr is nieuws voor u in CEO:",
        "Waarom u dit krijgt, en hoe u het stopt:",
        "Kies zelf wat u wilt weten:\n{address}",
    ),
    "en": _Words(
        "News for you in CEO",
        "Dear {name},\n\nThere is news for you in CEO:",
        "Why you get this, and how to stop it:",
        "Choose what you want to know:\n{address}",
    ),
}
_KINDS: Final[Mapping[tuple[NoticeKind, str], _KindWords]] = {
    (NoticeKind.SIGNAL, "nl"): _KindWords(
        "Een antenne geeft een signaal.", "U werkt met de antennes van deze gemeente.", "Geen mail meer over signalen"
    ),
    (NoticeKind.SIGNAL, "en"): _KindWords(
        "An antenna gives a signal.", "You work with the antennas of this municipality.", "No more mail about signals"
    ),
    (NoticeKind.ACTION_DUE, "nl"): _KindWords(
        "Een actie moet bijna klaar zijn, of is over tijd.",
        "U werkt met de acties van deze gemeente.",
        "Geen mail meer over acties",
    ),
    (NoticeKind.ACTION_DUE, "en"): _KindWords(
        "An action is almost due, or overdue.",
        "You work with the actions of this municipality.",
        "No more mail about actions",
    ),
    (NoticeKind.STEP_SOON, "nl"): _KindWords(
        "Een stap van de planning komt eraan.",
        "U werkt met de planning van deze gemeente.",
        "Geen mail meer over de planning",
    ),
    (NoticeKind.STEP_SOON, "en"): _KindWords(
        "A step of the plan is near.", "You work with the plan of this municipality.", "No more mail about the plan"
    ),
    (NoticeKind.ROUND_ENDS, "nl"): _KindWords(
        "Een meting sluit bijna.",
        "U doet het veldwerk van deze gemeente.",
        "Geen mail meer over metingen die bijna sluiten",
    ),
    (NoticeKind.ROUND_ENDS, "en"): _KindWords(
        "A round closes soon.",
        "You do the fieldwork of this municipality.",
        "No more mail about rounds that close soon",
    ),
    (NoticeKind.RELEASE_WAITS, "nl"): _KindWords(
        "Een uitgave wacht op uw handtekening.",
        "U tekent voor deze gemeente.",
        "Geen mail meer over uitgaven",
    ),
    (NoticeKind.RELEASE_WAITS, "en"): _KindWords(
        "A release waits for your signature.", "You sign for this municipality.", "No more mail about releases"
    ),
    (NoticeKind.QUESTION_ANSWERED, "nl"): _KindWords(
        "Er is een antwoord op een vraag van u.", "U stelde een vraag aan anderen.", "Geen mail meer over antwoorden"
    ),
    (NoticeKind.QUESTION_ANSWERED, "en"): _KindWords(
        "There is an answer to a question of yours.", "You asked others a question.", "No more mail about answers"
    ),
    (NoticeKind.STORY_WITHDRAWN, "nl"): _KindWords(
        "Iemand trok toestemming in. Daarom is iets uit de leeskamer weggehaald.",
        "U leest de verhalen van deze gemeente.",
        "Geen mail meer over verhalen",
    ),
    (NoticeKind.STORY_WITHDRAWN, "en"): _KindWords(
        "Somebody took back a permission, so something was taken out of the reading room.",
        "You read the stories of this municipality.",
        "No more mail about stories",
    ),
}


def write_digest(
    language: str,
    *,
    to: str,
    name: str,
    lines: Mapping[str, Sequence[DigestLine]],
    stops: Mapping[NoticeKind, str],
    choose: str,
) -> Mail:
    """Return the mail of a day. `lines` are by the name of the place, `stops` what ends a kind, `choose` the address of all choices."""
    chosen = language if language in _WORDS else _SOURCE
    words = _WORDS[chosen]
    parts = [words.greeting.format(name=name)]
    for place, told in lines.items():
        parts.append("\n".join([place, *(f"- {_KINDS[line.kind, chosen].what}\n  {line.address}" for line in told)]))
    ends = (
        f"- {_KINDS[kind, chosen].why} {_KINDS[kind, chosen].stop}:\n  {address}" for kind, address in stops.items()
    )
    parts += ["\n".join([words.stop, *ends]), words.choose.format(address=choose)]
    return Mail(to, words.subject, "\n\n".join(parts) + "\n")
