"""The parameters of an address, read strictly: everything that is wrong is told at once, with what there is instead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from litestar.status_codes import HTTP_400_BAD_REQUEST, HTTP_404_NOT_FOUND

from ceo.web.api.refusing import Fault, Refusal

_WHOLE: Final = re.compile(r"[1-9]\d{0,8}", re.ASCII)
# Longer values are not repeated whole.
_TOLD: Final = 100
# More faults are counted only: an answer does not grow with what is asked wrongly.
_MOST_FAULTS: Final = 20


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a request by name, each with its values in their order, without what was given twice."""

    given: Mapping[str, tuple[str, ...]]

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter; none when it was not given."""
        return self.given.get(name, ())

    def one(self, name: str) -> str:
        """Return the only value of a parameter, "" when it was not given."""
        return next(iter(self.values(name)), "")

    def canonical(self, *, without: Iterable[str] = ()) -> list[list[str]]:
        """Return the same for all addresses that ask the same."""
        return sorted(
            [name, value] for name, values in self.given.items() for value in values if name not in set(without)
        )


def query_of(request: Request[Any, Any, Any]) -> Query:
    """Return the parameters of a request as they were given."""
    found: dict[str, dict[str, None]] = {}
    for name, value in request.query_params.multi_items():
        found.setdefault(name, {})[value] = None
    return Query({name: tuple(values) for name, values in found.items()})


def unknown_names(query: Query, known: Sequence[str]) -> list[Fault]:
    """Return a fault for each parameter that there is not."""
    words = f"Deze parameter is er niet. Kies uit: {', '.join(known)}." if known else "Hier zijn geen parameters."
    wrong = (name for name in query.given if name not in known)
    return [
        Fault(name[:_TOLD], "", "unknown-parameter", words, () if number else tuple(known))
        for number, name in enumerate(wrong)
    ]


def given_twice(query: Query, names: Iterable[str]) -> list[Fault]:
    """Return a fault for each parameter that can have one value and has several."""
    twice = (name for name in names if len(query.values(name)) > 1)
    return [Fault(name, "", "given-twice", "Geef hier één waarde.") for name in twice]


def unknown_values(query: Query, name: str, exist: Iterable[str], *, whole: str = "in deze editie") -> list[Fault]:
    """Return a fault for each value of a parameter that there is not; the first one with all that there are."""
    known = dict.fromkeys(exist)
    wrong = (value for value in query.values(name) if value not in known)
    return [
        Fault(name, value[:_TOLD], "unknown-value", f"Deze waarde is er niet {whole}.", () if number else tuple(known))
        for number, value in enumerate(wrong)
    ]


def read_number(query: Query, name: str, *, most: int) -> int | Fault | None:
    """Return a whole number from 1 to `most`; None when it was not given."""
    if name not in query.given:
        return None
    value = query.one(name)
    if not _WHOLE.fullmatch(value) or int(value) > most:
        return Fault(name, value[:_TOLD], "out-of-range", f"Geef een heel getal van 1 tot en met {most}.")
    return int(value)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise `Refusal` when there are faults: of a request that cannot be read, or of one that asks for what there is not.

    At most 20 are told, those of each parameter in turn, and how many more there are.
    """
    if not faults:
        return
    missing = all(fault.code == "unknown-value" for fault in faults)
    told = _first_of_each(faults)[:_MOST_FAULTS]
    detail = "Per parameter staat hieronder wat er mis is, en bij de eerste keer wat er wel is."
    if len(faults) > len(told):
        detail += f" Dit zijn er {len(told)}; er zijn er nog {len(faults) - len(told)}."
    raise Refusal(
        HTTP_404_NOT_FOUND if missing else HTTP_400_BAD_REQUEST,
        "Wat u vraagt is er niet." if missing else "Deze vraag kunnen wij niet lezen.",
        detail,
        tuple(fault.document for fault in told),
    )


def _first_of_each(faults: Sequence[Fault]) -> list[Fault]:
    """Return the faults in an order in which many of one parameter hide none of another."""
    seen: Counter[str] = Counter()
    order = []
    for fault in faults:
        order.append(seen[fault.parameter])
        seen[fault.parameter] += 1
    return [fault for _, fault in sorted(zip(order, faults, strict=True), key=lambda pair: pair[0])]


def refuse_parameters(request: Request[Any, Any, Any]) -> None:
    """Raise `Refusal` when an address without parameters has any."""
    refuse(unknown_names(query_of(request), ()))
