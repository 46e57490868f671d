"""Protected microdata, and what protecting cost. Only `protecting` makes them; files are written of them and of made-up answers only."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.microdata.records import Records
from analysis.microdata.rule import MicrodataRule


@dataclass(frozen=True, slots=True)
class VariableLoss:
    """What one column lost. `categories` count the different answers; records are numbers of people.

    `recoded` records have a wider answer than was given, in `suppressed` ones it was taken away.
    """

    name: str
    label: str
    categories_before: int
    categories_after: int
    recoded: int
    suppressed: int


@dataclass(frozen=True, slots=True)
class ProtectionReport:
    """What protection did, for who decides about it. As secret as the answers: it tells of rare people.

    Classes are combinations of quasi-identifiers; a unique record is alone in its class. `before` is with the answers as given.
    `weight_before` and `weight_after` are sums of weights: clients.
    """

    records: int
    smallest_class_before: int
    smallest_class_after: int
    unique_before: int
    unique_after: int
    suppressed_records: int
    weight_before: float
    weight_after: float
    variables: tuple[VariableLoss, ...]

    @property
    def suppressed_share(self) -> float:
        """The share (0-1) of records in which something was suppressed."""
        return self.suppressed_records / self.records


@dataclass(frozen=True, slots=True, eq=False)
class ProtectedMicrodata:
    """Records in which every combination of quasi-identifiers occurs at least `rule.k` times, in order of what they hold.

    `identifiers` are the columns of each quasi-identifier, the area first where it leaves.
    """

    records: Records
    rule: MicrodataRule
    identifiers: tuple[tuple[str, ...], ...]
    report: ProtectionReport
