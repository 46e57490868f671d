"""What staff wrote in the demonstration, all of it invented: two conversations, a tree of goals, actions, and what residents read."""

from __future__ import annotations

from typing import Final

from ceo.workflows.learning.dialogues import DialogueText, PointOfView, Question, Said, TakingPart

INVENTED: Final = "Dit is een verzonnen voorbeeld."

_CLIENTS, _PROFESSIONALS, _POLICY, _PROVIDER = (
    PointOfView.CLIENTS.value,
    PointOfView.PROFESSIONALS.value,
    PointOfView.POLICY.value,
    PointOfView.PROVIDER.value,
)
_SAID: Final[Said] = {
    Question.RECOGNISE.value: {
        _CLIENTS: "Ja. Wij wisten vaak niet welk nummer wij moesten bellen. Wie hulp had van familie, kwam er sneller uit.",
        _PROFESSIONALS: "Deels. Aan de balie horen wij dit ook, maar mensen die al hulp hebben noemen het minder.",
        _POLICY: "Wij zagen dit cijfer vorig jaar ook al. De marges zijn ruim: het kan ook een goede of slechte maand zijn.",
    },
    Question.EXPLAIN.value: {
        _CLIENTS: "Er zijn drie nummers en twee formulieren. Op de website staan zij niet bij elkaar.",
        _PROFESSIONALS: "Op maandag is het zo druk dat wij later terugbellen. Dan is de vraag soms al groter geworden.",
        _PROVIDER: "Mensen vragen het ook aan onze hulpen. Die weten niet altijd waar zij naar kunnen verwijzen.",
    },
    Question.JUDGE.value: {
        _CLIENTS: "Hulp vragen is al een stap. Het mag niet afhangen van wie u kent.",
        _POLICY: "Wij willen dat iedereen binnen twee dagen weet wie zijn vraag behandelt. Dat halen wij nog niet.",
    },
    Question.ACT.value: {
        _CLIENTS: "Maak er één nummer van. En laat ons meelezen met de brief.",
        _PROFESSIONALS: "Wij proberen één nummer, met een vast uur op de dag om terug te bellen.",
        _POLICY: "Wij herschrijven de brief na het gesprek. De cliëntenraad leest mee.",
    },
}
HELD: Final = DialogueText(
    title="Hoe makkelijk is hulp aanvragen? (verzonnen gesprek)",
    held_on=None,  # follows from the figure
    taking_part=(
        TakingPart.CLIENT_COUNCIL.value,
        TakingPart.PROFESSIONALS.value,
        TakingPart.POLICY.value,
        TakingPart.PROVIDER.value,
        "twee mantelzorgers",
    ),
    said=_SAID,
)
BEGUN: Final = DialogueText(
    title="Naast andere gemeenten: begint hulp op tijd? (verzonnen gesprek)",
    held_on=None,
    taking_part=(TakingPart.POLICY.value, TakingPart.MANAGEMENT.value),
    said={
        Question.RECOGNISE.value: {
            _POLICY: "Wij kijken eerst of wij dit herkennen. De cliëntenraad en de aanbieders praten bij het volgende gesprek mee.",
        },
    },
)

AIM: Final = "Mensen vinden op tijd de hulp die bij hen past"
AIM_TEXT: Final = f"Uit het akkoord van de raad. {INVENTED}"
EASY_TO_ASK: Final = "Hulp aanvragen is voor iedereen makkelijk"
MORE_CONTACT: Final = "Mensen doen mee: meer contact met anderen"
ONE_NUMBER: Final = "Eén nummer voor alle vragen over hulp"
ONE_NUMBER_TEXT: Final = (
    "Wie belt krijgt meteen iemand die de vraag aanneemt. Elke dag is er een vast uur om terug te bellen."
)
ONE_NUMBER_MEANS: Final = "Twee dagdelen in de week van het team Toegang. Geen extra geld."
MEETING: Final = "Activiteiten in de buurt bekender maken"
MEETING_MEANS: Final = "De sociale kaart, en een half uur in elk eerste gesprek."
LETTER: Final = "De brief na het gesprek in gewone taal"
LETTER_TEXT: Final = "De cliëntenraad las drie versies en koos de kortste."
LETTER_DONE: Final = "De nieuwe brief gaat mee na elk gesprek."

TOLD_NUMBER: Final = {
    "nl": f"U vertelde dat hulp aanvragen lastig is, omdat er drie nummers zijn. Wij maken er één nummer van. {INVENTED}",
    "nl-easy": f"U zei: hulp vragen is moeilijk. Er zijn te veel nummers. Straks is er één nummer. {INVENTED}",
    "ar": "قلتم إن طلب المساعدة صعب لأن هناك ثلاثة أرقام هاتف. سنجعلها رقمًا واحدًا. هذا مثال خيالي.",
}
TOLD_LETTER: Final = {
    "nl": f"U vertelde dat onze brieven lastig te lezen zijn. De brief na het gesprek is nieuw. De cliëntenraad las mee. {INVENTED}",
    "nl-easy": f"U zei: de brief is moeilijk. De brief is nu korter. Cliënten lazen mee. {INVENTED}",
}

# What happened, by how many months before the one after the last.
HAPPENED: Final = {
    11: "Nieuw contract met aanbieders van hulp bij het huishouden (verzonnen)",
    3: "Nieuwe brief na het gesprek (verzonnen)",
}

TERM: Final = "Raadsperiode 2026–2030"
STEPS: Final = {
    "measure": "Meting {year}: cliënten vragen naar hun ervaring",
    "mirror": "Uitkomsten van {year} bekijken, naast die van anderen",
    "dialogue": "Gesprekken over de uitkomsten van {year}",
    "decide": "Acties kiezen na de gesprekken van {year}",
    "tell-residents": "Inwoners vertellen wat wij met {year} doen",
    "tell-council": "De raad vertellen over {year}",
}

# By theme: title, text and contact of what two towns did.
PLAN_TOGETHER: Final = (
    "Eigen regie",
    "Het plan samen opschrijven",
    f"""\
De medewerker schrijft het plan nu tijdens het gesprek, en het scherm staat zo dat iedereen meeleest.

Mensen verbeteren meteen wat niet klopt. Het gesprek duurt wel een kwartier langer.

{INVENTED}""",
    "wmo@almere.voorbeeld",
)
CALL_BACK: Final = (
    "Eerste gesprek",
    "Elke dag een vast uur om terug te bellen",
    f"""\
Wie belt hoort hoe laat iemand terugbelt: altijd tussen elf en twaalf uur.

Wat tegenviel: op maandag is dat uur te kort. Wij proberen daar nu twee uur.

{INVENTED}""",
    "toegang@lelystad.voorbeeld",
)
