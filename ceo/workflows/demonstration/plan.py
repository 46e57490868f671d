"""What the demonstration holds: which questionnaires, in which municipalities, and how many simulated clients there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ceo.storage.rounds import Promise


@dataclass(frozen=True, slots=True)
class Clients:
    """A stratum of simulated clients: their share of the inhabitants, and the share of those invited who answer (both 0-1)."""

    share: float
    response: float


@dataclass(frozen=True, slots=True)
class PlannedMeasurement:
    """A measurement with a shipped questionnaire. `municipalities` says how content their simulated clients are, 0 is average.

    `own` names the questionnaire of a municipality that adds its own questions. At most `largest_sample` clients a stratum are invited.
    """

    name: str
    title: str
    questionnaire: str
    municipalities: Mapping[str, float]
    strata: Mapping[str, Clients]
    own: Mapping[str, str] = field(default_factory=dict)
    largest_sample: int = 150
    promise: Promise = Promise.ANONYMOUS

    def questionnaire_of(self, municipality: str) -> str:
        """Return the name of the questionnaire that a municipality uses."""
        return self.own.get(municipality, self.questionnaire)


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """A round in which people come in all the time: as many months, each with about as many answers."""

    measurement: str
    title: str
    questionnaire: str
    months: int


@dataclass(frozen=True, slots=True)
class PlannedFollowing:
    """Rounds of one municipality after each other, up to the last month that is over, and the indicators that it watches.

    What simulated clients experience stays the same, but for one thing, for good: from month `shifted_from` (counted from 0) on,
    the share `shifted_share` (0-1) of those who would have chosen an answer to the question `shifted` choose the next worse one.
    `happened`: what stands beside the series, by month.
    """

    municipality: str
    rounds: tuple[PlannedRound, ...]
    strata: Mapping[str, int]
    answers_a_month: int
    watched: tuple[str, ...]
    shifted: str
    shifted_from: int
    shifted_share: float
    happened: Mapping[int, str] = field(default_factory=dict)

    @property
    def months(self) -> int:
        """Return how many months there are."""
        return sum(one.months for one in self.rounds)


UTRECHT: Final = "GM0344"
ZWOLLE: Final = "GM0193"
HEERLEN: Final = "GM0917"
OSS: Final = "GM0828"
VEERE: Final = "GM0717"
TEXEL: Final = "GM0448"
OMMEN: Final = "GM0175"
VLIELAND: Final = "GM0096"
ALMERE: Final = "GM0034"
LELYSTAD: Final = "GM0995"
# Who agreed that others find them: towns of the release of some municipalities.
FOUND: Final = (ALMERE, LELYSTAD, "GM0106", "GM0114", "GM0118", "GM0119")
# Activities and providers in Zwolle; a partner carries out the first activity, and gives support as OWN_PROVIDER.
WALKING: Final = "Samen wandelen"
COMPANY: Final = "Een maatje voor u"
OWN_PROVIDER: Final = "Samen Op Pad (voorbeeld)"
PROVIDERS: Final = ("Hulp Nabij (voorbeeld)", OWN_PROVIDER, "Thuis Verder (voorbeeld)", "Zorg in Zwolle (voorbeeld)")
# Who sign beside Utrecht for a release: figures of all together need five.
NEIGHBOURS: Final = (ZWOLLE, OSS, HEERLEN, OMMEN)

# The municipality that shows what a house style of its own looks like.
STYLED: Final = UTRECHT

PLAN: Final = (
    PlannedMeasurement(
        name="wmo-2026",
        title="Wmo-meting 2026 (gesimuleerd)",
        questionnaire="nl.ceo.wmo@2",
        own={UTRECHT: "gm0344.voorbeeld@1"},
        # Of different size, from the largest cities to the smallest island.
        municipalities={
            UTRECHT: 0.00,
            ZWOLLE: 0.30,
            HEERLEN: -0.35,
            OSS: 0.10,
            VEERE: 0.25,
            TEXEL: 0.45,
            OMMEN: -0.10,
            VLIELAND: 0.20,
        },
        strata={
            "Hulp bij het huishouden": Clients(0.028, 0.46),
            "Begeleiding": Clients(0.014, 0.31),
            "Hulpmiddelen en vervoer": Clients(0.023, 0.42),
        },
        largest_sample=240,
    ),
    PlannedMeasurement(
        name="participatie-2026",
        title="Participatiewet-meting 2026 (gesimuleerd)",
        questionnaire="nl.ceo.participatie@1",
        own={ZWOLLE: "gm0193.voorbeeld@1"},
        municipalities={UTRECHT: 0.05, ZWOLLE: 0.20, HEERLEN: -0.15},
        strata={"Korter dan een jaar uitkering": Clients(0.006, 0.33), "Langer uitkering": Clients(0.017, 0.27)},
    ),
    PlannedMeasurement(
        name="jeugd-jongeren-2026",
        title="Jeugdhulp 2026: jongeren (gesimuleerd)",
        questionnaire="nl.ceo.jeugd-jongeren@1",
        municipalities={OSS: 0.10, UTRECHT: -0.05},
        strata={"12 tot en met 17 jaar": Clients(0.009, 0.29), "18 tot en met 23 jaar": Clients(0.003, 0.24)},
    ),
    PlannedMeasurement(
        name="jeugd-ouders-2026",
        title="Jeugdhulp 2026: ouders (gesimuleerd)",
        questionnaire="nl.ceo.jeugd-ouders@1",
        municipalities={OSS: 0.15, UTRECHT: 0.00},
        strata={"Kind tot en met 11 jaar": Clients(0.014, 0.35), "Kind van 12 jaar of ouder": Clients(0.009, 0.31)},
    ),
    PlannedMeasurement(
        name="effect-2026",
        title="Activiteiten in de buurt 2026 (gesimuleerd)",
        questionnaire="nl.ceo.effect@1",
        municipalities={ZWOLLE: 0.15},
        strata={"Deelnemers": Clients(0.002, 0.55)},
        promise=Promise.PSEUDONYMOUS,
    ),
    PlannedMeasurement(
        name="verhaal-2026",
        title="Verhalen over hulp 2026 (gesimuleerd)",
        questionnaire="nl.ceo.verhaal@1",
        municipalities={OMMEN: 0.10},
        strata={"Cliënten van de gemeente": Clients(0.02, 0.30)},
        promise=Promise.PSEUDONYMOUS,
    ),
)

# From the first round to the second the words of TOE02 change, and with it the theme toegang: there the series break.
FOLLOWED: Final = PlannedFollowing(
    municipality=UTRECHT,
    rounds=(
        PlannedRound("wmo-doorlopend-1", "Doorlopende Wmo-meting, eerste jaar (gesimuleerd)", "nl.ceo.wmo@1", 12),
        PlannedRound("wmo-doorlopend-2", "Doorlopende Wmo-meting, tweede jaar (gesimuleerd)", "nl.ceo.wmo@2", 12),
    ),
    strata={"Hulp bij het huishouden": 4_900, "Begeleiding": 2_450, "Hulpmiddelen en vervoer": 4_000},
    answers_a_month=60,
    watched=("KWA03", "TOE01", "KWA01", "KWA02", "LEV01", "EFF01", "EFF02", "EFF03"),
    shifted="KWA03",
    shifted_from=15,
    shifted_share=0.5,
    happened={12: "Nieuwe versie van de vragenlijst (gesimuleerd)"},
)
