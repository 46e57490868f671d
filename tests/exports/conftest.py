"""A small round in four municipalities: made-up figures, put through the real disclosure control."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from math import sqrt
from pathlib import Path

import pytest

from analysis.disclosure import protect
from analysis.results import (
    Cell,
    Comparison,
    Estimate,
    Flag,
    Inference,
    Interval,
    Measure,
    Method,
    NotEstimable,
    Pair,
    Results,
)
from exports.composing import ReportContext, compose_municipality_report
from exports.report import Report
from questionnaires.answers import Missing
from questionnaires.codebook import Code, Codebook, CompositeVariable, MissingCode, Variable, VariableKind

GOLDEN = Path(__file__).parent / "golden"
UNITS = {"GM0200": "Apeldoorn", "GM0344": "Utrecht", "GM0355": "Zeist", "GM0796": "'s-Hertogenbosch"}
RESPONDENTS = {"GM0200": 210, "GM0344": 480, "GM0355": 64, "GM0796": 150}
AGREE = (
    Code("helemaal_eens", 1, "Helemaal mee eens", 100, positive=True),
    Code("eens", 2, "Mee eens", 75, positive=True),
    Code("tussenin", 3, "Niet eens, niet oneens", 50, positive=False),
    Code("oneens", 4, "Niet mee eens", 25, positive=False),
    Code("helemaal_oneens", 5, "Helemaal niet mee eens", 0, positive=False),
)
DONT_KNOW = (MissingCode("weet_niet", "Weet ik niet", Missing.DONT_KNOW),)
YES_NO = (Code("ja", 1, "Ja", None, positive=False), Code("nee", 2, "Nee", None, positive=False))
SUPPORT = ("Hulp bij het huishouden", "Begeleiding", "Hulpmiddel of vervoer")
AGE = ("Jonger dan 65 jaar", "65 tot 80 jaar", "80 jaar of ouder")
STATEMENTS = {
    "TOE01": "Ik wist waar ik moest zijn met mijn vraag.",
    "TOE02": "Ik werd snel geholpen.",
    "KWA01": "De medewerker nam mij serieus.",
    "KWA02": "Ik vind de kwaliteit van de ondersteuning die ik krijg goed.",
    "EFF01": "Door de ondersteuning kan ik beter de dingen doen die ik wil.",
}


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden file of that name, or write it when asked."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            GOLDEN.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return check


def _options(labels: tuple[str, ...]) -> tuple[Code, ...]:
    return tuple(Code(f"g{n}", n, label, None, positive=False) for n, label in enumerate(labels, 1))


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    statements = [
        Variable(item, 1, VariableKind.ORDINAL, item.lower(), text, item[:3].lower(), "Iedereen", AGREE, DONT_KNOW)
        for item, text in STATEMENTS.items()
    ]
    extra = [
        Variable("GES01", 1, VariableKind.NOMINAL, "Gesprek", "Had u een gesprek?", "toe", "Iedereen", YES_NO),
        Variable(
            "HUL01",
            1,
            VariableKind.MULTI,
            "Hulp",
            "Wie helpt u nog meer?",
            "eff",
            "Iedereen",
            _options(("Partner", "Buren")),
        ),
        Variable(
            "KWL01",
            1,
            VariableKind.INTEGER,
            "Cijfer",
            "Welk cijfer geeft u uw leven?",
            "kwl",
            "Iedereen",
            minimum=1,
            maximum=10,
        ),
        Variable("VER01", 1, VariableKind.NARRATIVE, "Verhaal", "Wat wilt u nog vertellen?", "ver", "Iedereen"),
        Variable(
            "SOO01",
            1,
            VariableKind.NOMINAL,
            "Soort ondersteuning",
            "Welke hulp?",
            "pro",
            "Iedereen",
            _options(SUPPORT),
            breakdown=True,
        ),
        Variable(
            "LEE01",
            1,
            VariableKind.NOMINAL,
            "Leeftijd",
            "Hoe oud bent u?",
            "pro",
            "Iedereen",
            _options(AGE),
            breakdown=True,
        ),
    ]
    composites = (
        CompositeVariable("toegang", 1, "Toegang", "toegang", ("TOE01", "TOE02"), 1),
        CompositeVariable("kwaliteit", 1, "Kwaliteit", "kwaliteit", ("KWA01", "KWA02"), 1),
        CompositeVariable("effect", 1, "Effect", "effect", ("EFF01",), 1),
    )
    return Codebook("wmo", 1, "Ervaringen met de Wmo", "ab" * 32, (*statements, *extra), composites)


def estimate(value: float, n: int, *, sd: float = 24.0, flags: frozenset[Flag] = frozenset()) -> Estimate:
    se = sd / sqrt(max(n, 2))
    interval = Interval(value - 1.96 * se, value + 1.96 * se)
    small = frozenset({Flag.SMALL}) if n < 30 else frozenset()
    return Estimate(
        value, se, interval, n, n * 0.9, n * 2.5, max(n - 4, 1), 1.1, Method.T, Inference.FINITE, flags | small
    )


def difference(value: float, n: int, *, relevant: bool | None = None) -> Comparison:
    se = 20 / sqrt(n)
    interval = Interval(value - 1.96 * se, value + 1.96 * se)
    p_value = 0.001 if interval.low > 0 or interval.high < 0 else 0.4
    return Comparison(
        value,
        se,
        interval,
        n - 4,
        p_value,
        p_value,
        "themes",
        abs(value) >= 3 if relevant is None else relevant,
        n,
        904,
        Inference.PROCESS,
    )


def _level(item: str, unit: str) -> float:
    return 62.0 + sum(map(ord, item)) % 17 + {"GM0355": -6.0, "GM0344": 3.0}.get(unit, 0.0)


def _shares(unit: str, n: int, codes: tuple[Code, ...]) -> list[Estimate]:
    weights = [2 * (len(codes) - code.number) + 1 + (unit == "GM0355") * code.number for code in codes]
    return [estimate(weight / sum(weights), n, sd=0.45) for weight in weights]


def _item_figures(variable: Variable, unit: str, n: int) -> Iterator[tuple[Cell, Estimate]]:
    if variable.kind is VariableKind.INTEGER:
        yield Cell(Measure.MEAN, variable.item, unit=unit), estimate(7.3, n, sd=1.4)
    for code, figure in zip(variable.codes, _shares(unit, n, variable.codes), strict=True):
        yield Cell(Measure.CATEGORY, variable.item, code.code, unit), figure
    if variable.kind is VariableKind.ORDINAL:
        yield Cell(Measure.SCORE, variable.item, unit=unit), estimate(_level(variable.item, unit), n)
        yield Cell(Measure.SHARE, variable.item, unit=unit), estimate(0.71, n, sd=0.45)


@pytest.fixture(scope="session")
def results(codebook: Codebook) -> Results:
    figures: dict[Cell, Estimate | NotEstimable] = {}
    comparisons: dict[Pair, Comparison | NotEstimable] = {}
    everyone = sum(RESPONDENTS.values())
    asked = [it for it in codebook.variables if not it.breakdown and it.kind is not VariableKind.NARRATIVE]
    for unit, n in {**RESPONDENTS, "": everyone}.items():
        for variable in asked:
            figures |= dict(_item_figures(variable, unit, n))
        for composite in codebook.composites:
            cell = Cell(Measure.SCORE, composite.composite, unit=unit)
            figures[cell] = estimate(_level(composite.composite, unit), n)
            if unit:
                comparisons[Pair(cell)] = difference(
                    _level(composite.composite, unit) - _level(composite.composite, ""), n
                )
            for item in ("SOO01", "LEE01"):
                for number, share in enumerate((0.5, 0.4, 0.1), 1):
                    place = Cell(Measure.SCORE, composite.composite, "", unit, item, f"g{number}")
                    figures[place] = estimate(_level(composite.composite, unit) + number, int(n * share))
    comparisons[Pair(Cell(Measure.SCORE, "TOE01", unit="GM0355"))] = difference(-7.0, 64)
    comparisons[Pair(Cell(Measure.SCORE, "TOE02", unit="GM0355"))] = difference(1.0, 64)
    figures[Cell(Measure.SCORE, "KWA02", unit="GM0355")] = NotEstimable("no_degrees_of_freedom", 64)
    respondents = {**RESPONDENTS, "": everyone}
    return Results(figures, comparisons, respondents, {unit: n * 2.5 for unit, n in respondents.items()})


@pytest.fixture(scope="session")
def context() -> ReportContext:
    return ReportContext(
        municipality="GM0355",
        municipality_name="Zeist",
        round_title="Cliëntervaringsonderzoek Wmo 2026",
        period="1 januari tot en met 31 maart 2026",
        simulated=True,
        invited=160,
        submitted=66,
        counted=64,
        units=UNITS,
        questionnaire="wmo-kern",
        questionnaire_version=1,
        questionnaire_hash="ab" * 32,
        software_version="0.1.0",
        made_on=date(2026, 11, 21),
        address="https://ceo.example/resultaten/GM0355",
    )


@pytest.fixture(scope="session")
def report(results: Results, codebook: Codebook, context: ReportContext) -> Report:
    return compose_municipality_report(protect(results), codebook, context)
