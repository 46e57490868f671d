"""What time it is. A round opens and closes at midnight in the Netherlands, wherever the server stands."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

DUTCH_TIME: Final = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def dutch_day() -> date:
    """Return the day in the Netherlands now."""
    return now().astimezone(DUTCH_TIME).date()
