"""What people choose when a list is loaded: how it is read, and who is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ceo.workflows.frames.listed import Act
from ceo.workflows.frames.mapping import Columns, read_columns

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


@dataclass(frozen=True, slots=True)
class ListOrder:
    """A file to be loaded. `columns` is None for messages, which say themselves what is what. `today`: when that was asked."""

    file_id: str
    columns: Columns | None
    choices: FrameChoices
    opens_on: date
    today: date

    def document(self) -> dict[str, Any]:
        """Return it as the payload of a job: ids, numbers, codes and days."""
        choices = self.choices
        return {
            "file": self.file_id,
            "columns": self.columns.document() if self.columns is not None else None,
            "act": choices.act.value if choices.act else None,
            "rest": choices.rest,
            "youngest": choices.youngest,
            "oldest": choices.oldest,
            "from": choices.from_day.isoformat() if choices.from_day else None,
            "until": choices.until_day.isoformat() if choices.until_day else None,
            "opens_on": self.opens_on.isoformat(),
            "today": self.today.isoformat(),
        }


def read_order(document: Mapping[str, Any]) -> ListOrder:
    """Return an order from the payload of a job."""
    return ListOrder(
        file_id=document["file"],
        columns=read_columns(document["columns"]) if document["columns"] is not None else None,
        choices=FrameChoices(
            act=Act(document["act"]) if document["act"] else None,
            rest=document["rest"],
            youngest=document["youngest"],
            oldest=document["oldest"],
            from_day=_day(document["from"]),
            until_day=_day(document["until"]),
        ),
        opens_on=date.fromisoformat(document["opens_on"]),
        today=date.fromisoformat(document["today"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
