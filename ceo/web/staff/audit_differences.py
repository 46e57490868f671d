"""What a row of the record changed, in words: names of values, codes, days."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from litestar import Request

from ceo.web.languages import N_, format_day
from ceo.web.staff.audit_words import CODES, VALUES
from ceo.web.staff.pages import staff_language, staff_words
from ceo.workflows.audit.reading import Recorded, differences

# Of one value; the file has all of it.
_LONGEST_SHOWN: Final = 200
# The value that names which others changed, where the record does not hold what they were.
_CHANGED: Final = "changed"
_RANDOM_ID: Final = re.compile("[0-9a-f]{32}")
_ENOUGH_OF_ID: Final = 8


def shown_differences(request: Request[Any, Any, Any], row: Recorded) -> list[tuple[str, str, str]]:
    """Return in words what was changed: its name, and what it was and is; "" where it was or is not there."""
    found = differences(row.before, row.after)
    told = {one.what for one in found}
    lines = []
    for one in found:
        after = one.after
        if one.what == _CHANGED and isinstance(after, str):
            after = ", ".join(_name(request, name) for name in after.split(", ") if name not in told)
            if not after:
                continue
        before, now = (_shown(request, row.object_kind, one.what, value) for value in (one.before, after))
        lines.append((_name(request, one.what), before, now))
    return lines


def short_id(object_id: str) -> str:
    """Return what tells one object from another on a page: of a random name its beginning; the file has all of it.

    >>> short_id("3f2b9c1d" + "0" * 24), short_id("wmo-landelijk-2026/1")
    ('3f2b9c1d', 'wmo-landelijk-2026/1')
    """
    return object_id[:_ENOUGH_OF_ID] if _RANDOM_ID.fullmatch(object_id) else object_id


def day_of(text: str) -> date | None:
    """Return the day of a text; None when it is none.

    >>> day_of("2026-11-22"), day_of("yesterday")
    (datetime.date(2026, 11, 22), None)
    """
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-22") else None
    except ValueError:
        return None


def _name(request: Request[Any, Any, Any], what: str) -> str:
    first, point, rest = what.partition(".")
    return f"{staff_words(request, VALUES[first]) if first in VALUES else first}{point and ', '}{rest}"


def _shown(request: Request[Any, Any, Any], kind: str, what: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return staff_words(request, N_("ja") if value else N_("nee"))
    codes = CODES.get((kind, what)) or CODES.get(("", what))
    if codes is not None:
        named = (codes.get(code, code) for code in str(value).split(", "))
        return ", ".join(staff_words(request, name) for name in named)
    day = day_of(value) if isinstance(value, str) else None
    if day is not None:
        return format_day(day, staff_language(request))
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]} …"
