"""What is asked of a job that writes to people; it goes along with the job as numbers and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ceo.storage.letters import LetterKind
from ceo.workflows.inviting.client_codes import Recipients


@dataclass(frozen=True, slots=True)
class Order:
    """To whom is written by post. `reminders`: up to which reminder; `sent_before`: only those whose last letter or mail left before it.

    `file_format`: of a list for a printer, "csv" or "xlsx".
    """

    kind: LetterKind
    reminders: int = 1
    sent_before: date | None = None
    file_format: str = "csv"

    @property
    def payload(self) -> dict[str, Any]:
        """Return the order as it goes along with a job."""
        before = self.sent_before.isoformat() if self.sent_before is not None else None
        return {
            "kind": self.kind.value,
            "reminders": self.reminders,
            "sent_before": before,
            "file_format": self.file_format,
        }

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Order:
        """Return the order of a job.

        >>> Order.of(Order(LetterKind.REMINDER, 2, date(2026, 11, 8)).payload).sent_before
        datetime.date(2026, 11, 8)
        """
        before = payload.get("sent_before")
        return cls(
            LetterKind(payload["kind"]),
            int(payload.get("reminders", 1)),
            date.fromisoformat(before) if before else None,
            str(payload.get("file_format", "csv")),
        )

    def recipients(self, round_id: int, *, due_on: date | None = None) -> Recipients:
        """Return those who are written to. `due_on`: only those whose turn has come on that day."""
        return Recipients(
            round_id,
            self.kind,
            by_mail=False,
            reminders=self.reminders,
            sent_before=self.sent_before,
            due_on=due_on,
        )
