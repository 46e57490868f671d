"""The fixed words of a printed form, in the languages in which forms are printed. Dutch is the source.

What is promised, and the uses of a story, is said in the same words as on the website.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from questionnaires.definition import ConsentScope


@dataclass(frozen=True, slots=True)
class FormWords:
    """Every fixed sentence of a form, with its gaps in braces."""

    asks: str
    voluntary: str
    anonymous: str
    pseudonymous: str
    destroyed: str
    filling_in: str
    cross: str
    mistake: str
    sending_back: str
    send: str
    bring: str
    help: str
    online: str
    camera: str
    website: str
    type_code: str
    several: str
    room: str
    no_names: str
    day: str
    month: str
    year: str
    go_to: str
    finished: str
    skip: str
    skip_more: str
    only: str
    only_more: str
    or_word: str
    uses: str
    uses_how: str
    scopes: Mapping[ConsentScope, str]
    call: str
    thanks: str
    empty: str
    page: str
    specimen: str
    box: str
    crossed: str
    corrected: str
    digits: str
    frame: str
    square_code: str


_DUTCH: Final = FormWords(
    asks="De gemeente {municipality} vraagt u om deze vragenlijst in te vullen. Met uw antwoorden kan de gemeente de hulp beter maken.",
    voluntary="U doet mee als u dat wilt. Elke vraag mag u overslaan. Uw antwoorden hebben geen gevolgen voor de hulp die u krijgt.",
    anonymous="Wij bewaren uw antwoorden zonder uw naam en zonder uw code. Dan kan niemand meer zien welke antwoorden van u zijn.",
    pseudonymous="Wij bewaren uw antwoorden zonder uw naam en zonder uw code. Wie uw code heeft, kan uw antwoorden terugvinden "
    "tot de gemeente dit onderzoek afsluit.",
    destroyed="Dit papier wordt daarna vernietigd.",
    filling_in="Zo vult u in",
    cross="Zet met een pen een kruisje in het vakje van uw antwoord.",
    mistake="Vergist u zich? Kleur dat vakje helemaal in. Zet een kruisje in het goede vakje.",
    sending_back="Terugsturen",
    send="Stuur dit formulier terug in de envelop die u erbij kreeg, uiterlijk {day}.",
    bring="Of breng het naar {address}.",
    help="Lukt het niet, of wilt u dat iemand u helpt? Bel {phone}.",
    online="Liever op internet?",
    camera="Richt de camera van uw telefoon op dit vierkant.",
    website="Of ga met een computer naar:",
    type_code="Vul daar uw code in:",
    several="Meer antwoorden mogelijk.",
    room="Er is plaats voor {count} letters.",
    no_names="Schrijf geen namen, adressen of telefoonnummers op.",
    day="dag",
    month="maand",
    year="jaar",
    go_to="Ga naar vraag {number}",
    finished="U bent klaar met de vragen",
    skip="Sla deze vraag over als bij vraag {number} {labels} is ingevuld.",
    skip_more="Sla vraag {first} tot en met {last} over als bij vraag {number} {labels} is ingevuld.",
    only="Vul deze vraag alleen in als bij vraag {number} {labels} is ingevuld.",
    only_more="Vul vraag {first} tot en met {last} alleen in als bij vraag {number} {labels} is ingevuld.",
    or_word="of",
    uses="Wat mag er met uw verhaal gebeuren?",
    uses_how="Kruis aan wat mag. Kruist u niets aan? Dan gebruiken wij uw verhaal nergens voor.",
    scopes={
        "leren_intern": "De gemeente mag ervan leren.",
        "delen_anoniem": "De gemeente mag het met anderen delen, zonder uw naam.",
        "landelijk_delen": "Ook anderen in Nederland mogen het lezen, zonder uw naam.",
    },
    call="Wilt u met iemand over uw verhaal praten? Bel {phone}.",
    thanks="Dit was de laatste vraag. Dank u wel voor het invullen.",
    empty="Op deze bladzijde staat geen vraag.",
    page="Bladzijde {number} van {total}",
    specimen="Voorbeeld. Niet invullen.",
    box="vakje:",
    crossed="Een vakje met een kruisje erin.",
    corrected="Een vakje dat helemaal zwart is, en ernaast een vakje met een kruisje erin.",
    digits="Vakjes voor cijfers.",
    frame="Ruimte om te schrijven.",
    square_code="Een vierkant met de link naar de vragenlijst op internet.",
)


def words_in(language: str) -> FormWords | None:
    """Return the words of a language; None where forms are not printed in it."""
    from exports.paper.other_words import OTHER_WORDS

    return _DUTCH if language == "nl" else OTHER_WORDS.get(language)


def printed_languages() -> tuple[str, ...]:
    """Return the languages in which forms are printed, Dutch first."""
    from exports.paper.other_words import OTHER_WORDS

    return ("nl", *OTHER_WORDS)
