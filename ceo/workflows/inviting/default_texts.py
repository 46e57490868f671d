"""Our own words for letters and mails, as a municipality finds them: in plain Dutch (B1), and in easy Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.storage.letters import LetterKind

STANDARD: Final = "standard"
EASY: Final = "easy"

DEFAULTS: Final[Mapping[tuple[LetterKind, str], Mapping[str, str]]] = {
    (LetterKind.INVITATION, STANDARD): {
        "subject": "Hoe ervaart u de hulp van de gemeente?",
        "opening": "U krijgt hulp of ondersteuning van de gemeente {gemeente}, of u heeft daarom gevraagd. Wij willen graag van u "
        "weten hoe dat gaat. Wilt u daarom een vragenlijst invullen?",
        "why": "Alleen u weet hoe de hulp voor u is. Wat goed gaat, willen wij zo houden. Wat niet goed gaat, willen wij beter doen.",
        "use": "Wij leggen alle antwoorden bij elkaar. Zo zien wij wat er beter kan in de gemeente {gemeente}. De uitkomsten gaan "
        "over groepen mensen, nooit over u alleen.",
        "closing": "Alvast veel dank voor uw hulp!",
        "sender": "Gemeente {gemeente}",
        "function": "",
    },
    (LetterKind.INVITATION, EASY): {
        "subject": "Wat vindt u van de hulp van de gemeente?",
        "opening": "U krijgt hulp van de gemeente {gemeente}. Of u heeft hulp gevraagd. Wij hebben vragen voor u. Wilt u die "
        "vragen beantwoorden?",
        "why": "U weet zelf het beste hoe de hulp gaat. Vertel ons wat goed gaat. En wat niet goed gaat.",
        "use": "Wij lezen alle antwoorden. Zo kunnen wij de hulp beter maken.",
        "closing": "Dank u wel!",
        "sender": "Gemeente {gemeente}",
        "function": "",
    },
    (LetterKind.REMINDER, STANDARD): {
        "subject": "Herinnering: hoe ervaart u de hulp van de gemeente?",
        "opening": "Een paar weken geleden vroegen wij u om een vragenlijst over de hulp van de gemeente {gemeente}. Wij hebben nog "
        "geen antwoord van u gezien. U kunt nog meedoen tot en met {sluitdatum}.",
        "why": "Alleen u weet hoe de hulp voor u is. Bent u tevreden? Ook dat horen wij graag.",
        "use": "Wij leggen alle antwoorden bij elkaar. Zo zien wij wat er beter kan in de gemeente {gemeente}. De uitkomsten gaan "
        "over groepen mensen, nooit over u alleen.",
        "closing": "Alvast veel dank voor uw hulp!",
        "sender": "Gemeente {gemeente}",
        "function": "",
    },
    (LetterKind.REMINDER, EASY): {
        "subject": "Wij vragen u nog een keer: wat vindt u van de hulp?",
        "opening": "U kreeg een brief van ons. Daarin stond een vraag: wilt u vragen beantwoorden over de hulp van de gemeente "
        "{gemeente}? U kunt nog meedoen. Dat kan tot en met {sluitdatum}.",
        "why": "U weet zelf het beste hoe de hulp gaat. Vertel ons wat goed gaat. En wat niet goed gaat.",
        "use": "Wij lezen alle antwoorden. Zo kunnen wij de hulp beter maken.",
        "closing": "Dank u wel!",
        "sender": "Gemeente {gemeente}",
        "function": "",
    },
}
