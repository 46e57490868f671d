"""A small questionnaire round: its codebook and strata, from which tests write out their own submissions."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from analysis.design import Stratum
from questionnaires.answers import Missing
from questionnaires.codebook import Code, Codebook, CompositeVariable, MissingCode, Variable, VariableKind

# For `rowwise`, which tests import by its name.
sys.path.insert(0, str(Path(__file__).parent))

AGREEMENT = (
    Code("oneens", 1, "Oneens", 0.0, positive=False),
    Code("neutraal", 2, "Niet eens, niet oneens", 50.0, positive=False),
    Code("eens", 3, "Eens", 100.0, positive=True),
)
DONT_KNOW = (MissingCode("weet_niet", "Weet ik niet", Missing.DONT_KNOW),)


def statement(item: str) -> Variable:
    return Variable(
        item, 1, VariableKind.ORDINAL, item, f"Tekst van {item}", "access", "iedereen", AGREEMENT, missing=DONT_KNOW
    )


def grade(item: str) -> Variable:
    codes = tuple(Code(f"{n}", n, f"{n}", 100 * (n - 1) / 9, positive=n >= 8) for n in range(1, 11))
    return Variable(item, 1, VariableKind.INTEGER, item, item, "life", "iedereen", codes, minimum=1, maximum=10)


def choice(item: str, kind: VariableKind, *codes: str) -> Variable:
    listed = tuple(Code(code, place, code, None, positive=False) for place, code in enumerate(codes, start=1))
    return Variable(item, 1, kind, item, item, "person", "iedereen", listed, breakdown=True)


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return Codebook(
        questionnaire="kern",
        version=1,
        title="Kern",
        content_hash="sha256:0",
        variables=(
            statement("TOE01"),
            statement("TOE02"),
            Variable("WEK01", 1, VariableKind.INTEGER, "Weken", "Hoeveel weken?", "access", "iedereen", maximum=52),
            grade("LEV01"),
            Variable("VER01", 1, VariableKind.NARRATIVE, "Verhaal", "Vertel", "effect", "iedereen"),
            choice("SEX01", VariableKind.NOMINAL, "man", "vrouw"),
            choice("SOO01", VariableKind.MULTI, "hulp", "vervoer"),
        ),
        composites=(CompositeVariable("TOE", 1, "Toegang", "access", ("TOE01", "TOE02"), 2),),
    )


@pytest.fixture(scope="session")
def strata() -> tuple[Stratum, ...]:
    """Listed out of order on purpose: a data set sorts them by unit."""
    return (Stratum("b", "GM2", 60.0), Stratum("a", "GM1", 40.0))
