"""Records: a table of whole numbers with what they mean. The same shape before protection, after it, and for made-up answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from questionnaires.answers import Missing
from questionnaires.codebook import VariableKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

AREA: Final = "gebied"
WEIGHT: Final = "gewicht"
# Values below 0 say why there is no answer. 1 and on are answer options; numbers are themselves.
SUPPRESSED: Final = -8
REASONS: Final[Mapping[Missing, int]] = MappingProxyType(
    {
        Missing.NOT_ASKED: -4,
        Missing.SKIPPED: -5,
        Missing.DONT_KNOW: -6,
        Missing.NOT_APPLICABLE: -7,
        Missing.REFUSED: -9,
    }
)
REASON_LABELS: Final[Mapping[int, str]] = MappingProxyType(
    {
        -4: "Niet gevraagd",
        -5: "Overgeslagen",
        -6: "Weet niet",
        -7: "Niet van toepassing",
        SUPPRESSED: "Onderdrukt",
        -9: "Wil niet zeggen",
    }
)
LOWEST_REASON: Final = min(REASON_LABELS)
HIGHEST_REASON: Final = max(REASON_LABELS)
# Stata allows 32 signs in a name, and no other signs than these in any program.
_LONGEST_NAME: Final = 32
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_]+")


class Role(StrEnum):
    """What a column is for."""

    ANSWER = "answer"
    OPTION = "option"  # one option of a question with more answers: chosen or not
    AREA = "area"
    WEIGHT = "weight"
    MARK = "mark"  # says that nobody gave these answers


@dataclass(frozen=True, slots=True)
class Category:
    """A value of a variable: its number in the data, the code of the answer, and its words."""

    number: int
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class MicrodataVariable:
    """A column of microdata. `variable` is the question as it is pooled (`HUL01@1`), `name` is fit for every program.

    `reasons` are the numbers below 0 that may occur. A number has no `categories`, but `minimum` and `maximum`; `limits` are words for
    these two where others were coded to them. `wordings` are the questions as asked, by version of the questionnaire.
    """

    name: str
    variable: str
    role: Role
    kind: VariableKind
    label: str
    version: int = 0
    question: str = ""
    universe: str = ""
    theme: str = ""
    categories: tuple[Category, ...] = ()
    reasons: tuple[int, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    limits: tuple[tuple[int, str], ...] = ()
    wordings: tuple[tuple[str, str], ...] = ()

    @property
    def value_labels(self) -> dict[int, str]:
        """Return the words of every number that has words, reasons for having no answer included."""
        labels = {one.number: one.label for one in self.categories} | dict(self.limits)
        return labels | {reason: REASON_LABELS[reason] for reason in self.reasons}


WEIGHT_VARIABLE: Final = MicrodataVariable(
    name=WEIGHT,
    variable=WEIGHT,
    role=Role.WEIGHT,
    kind=VariableKind.INTEGER,
    label="Gewicht: voor hoeveel cliënten deze persoon staat",
)


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """One record a person. Columns hold numbers (int32) in the order of `variables`; that of the weight holds fractions."""

    variables: tuple[MicrodataVariable, ...]
    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        """Return the number of records."""
        return len(next(iter(self.columns.values())))

    @property
    def weight(self) -> MicrodataVariable:
        """The variable that weighs: how many people a record stands for."""
        return next(one for one in self.variables if one.role is Role.WEIGHT)


def sorted_records(records: Records) -> Records:
    """Return records in order of what they hold, so that nothing is left of the order in which they came."""
    import numpy as np

    order = np.lexsort([records.columns[one.name] for one in reversed(records.variables)])
    return Records(records.variables, {name: column[order] for name, column in records.columns.items()})


def names_of(variables: Iterable[str]) -> dict[str, str]:
    """Return a name for each variable that SPSS, Stata, SAS and R all take, each another one in any case of letters.

    >>> names_of(["HUL01", "HUL01@1", "soort hulp", "1e"])
    {'HUL01': 'HUL01', 'HUL01@1': 'HUL01_v1', 'soort hulp': 'soort_hulp', '1e': 'v_1e'}
    """
    found: dict[str, str] = {}
    taken = {AREA, WEIGHT}
    for variable in variables:
        plain = _NOT_IN_NAMES.sub("_", variable.replace("@", "_v")).strip("_")
        plain = plain if plain[:1].isalpha() else f"v_{plain}"
        name, number = plain[:_LONGEST_NAME], 1
        while name.lower() in taken:
            number += 1
            name = f"{plain[: _LONGEST_NAME - 1 - len(str(number))]}_{number}"
        taken.add(name.lower())
        found[variable] = name
    return found
