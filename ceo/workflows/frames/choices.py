"""What people choose when a list is loaded: how it is read, and who is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ceo.workflows.frames.listed import Act
from ceo.workflows.frames.mapping import Columns, read_columns
from ceo.workflows.jobs.taking import UNTIL_ENDED

# Who was drawn for a round is left alone for a year, unless people choose otherwise.
USUAL_REST: Final = 12


@dataclass(frozen=True, slots=True)
class FrameChoices:
    """Who counts. `act` is that of lines which name none.

    `rest`: months after an earlier round in which nobody is asked again, 0 for no such rule. Ages in whole years on the day that the round
    opens, both included. Support counts when it was there within the period; an open end is None.
    """

    act: Act | None = None
    rest: int = USUAL_REST
    youngest: int | None = None
    oldest: int | None = None
    from_day: date | None = None
    until_day: date | None = None

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "act": self.act.value if self.act else None,
            "rest": self.rest,
            "youngest": self.youngest,
            "oldest": self.oldest,
            "from": self.from_day.isoformat() if self.from_day else None,
            "until": self.until_day.isoformat() if self.until_day else None,
        }


@dataclass(frozen=True, slots=True)
class ListOrder:
    """A file to be loaded. `columns` is None for messages, which say themselves what is what. `today`: when that was asked.

    `series_key`: in a round of a series the key of the series, sealed.
    """

    file_id: str
    columns: Columns | None
    choices: FrameChoices
    opens_on: date
    today: date
    series_key: str = ""

    def document(self) -> dict[str, Any]:
        """Return it as the payload of a job: ids, numbers, codes and days."""
        return {
            "file": self.file_id,
            "columns": self.columns.document() if self.columns is not None else None,
            **self.choices.document(),
            "opens_on": self.opens_on.isoformat(),
            "today": self.today.isoformat(),
            **({UNTIL_ENDED: self.series_key} if self.series_key else {}),
        }


def read_order(document: Mapping[str, Any]) -> ListOrder:
    """Return an order from the payload of a job."""
    return ListOrder(
        file_id=document["file"],
        columns=read_columns(document["columns"]) if document["columns"] is not None else None,
        choices=read_choices(document),
        opens_on=date.fromisoformat(document["opens_on"]),
        today=date.fromisoformat(document["today"]),
        series_key=document.get(UNTIL_ENDED, ""),
    )


def read_choices(document: Mapping[str, Any]) -> FrameChoices:
    """Return choices from JSON."""
    return FrameChoices(
        act=Act(document["act"]) if document["act"] else None,
        rest=document["rest"],
        youngest=document["youngest"],
        oldest=document["oldest"],
        from_day=_day(document["from"]),
        until_day=_day(document["until"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
