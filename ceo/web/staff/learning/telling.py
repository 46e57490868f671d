"""What a form is shown again with: what is wrong, what seems to be of a person, and what somebody else kept meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.staff.learning.typed import Found, digest_of
from ceo.web.staff.learning.words import CHANGED, TRACES
from ceo.web.staff.pages import staff_words


@dataclass(frozen=True, slots=True)
class Told:
    """`others`: what somebody else kept, by field, None when nobody did. `seen`: the version that what was typed belongs to.

    Without `seen` that is the version of now: the form is new, or the page shows what changed since.
    """

    faults: Mapping[str, str] = field(default_factory=dict)
    found: Sequence[Found] = ()
    others: Mapping[str, str] | None = None
    seen: int | None = None

    @property
    def status(self) -> int:
        """Return the status of the answer."""
        if self.others is not None:
            return HTTP_409_CONFLICT
        return HTTP_422_UNPROCESSABLE_ENTITY if self.faults or self.found else HTTP_200_OK

    def values(self, request: Request[Any, Any, Any], row_version: int) -> dict[str, Any]:
        """Return what the template needs, with faults in the language of who asks."""
        return {
            "faults": {name: staff_words(request, text) for name, text in self.faults.items()},
            "found": self.found,
            "keep_anyway": digest_of(self.found),
            "traces": TRACES,
            "changed": CHANGED if self.others is not None else "",
            "others": self.others or {},
            "seen": row_version if self.seen is None else self.seen,
        }


def different(typed: Mapping[str, str], there: Mapping[str, str]) -> dict[str, str]:
    """Return what stands in a row where that is not what was typed, by field.

    >>> different({"titel": "A", "wie": "B"}, {"titel": "A", "wie": "C"})
    {'wie': 'C'}
    """
    return {name: text for name, text in there.items() if text != typed[name]}
