"""Reading the fields of a posted form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

Form: TypeAlias = Mapping[str, Sequence[str]]

# The name of the control that says on which revision a form was made.
REVISION: Final = "versie"
_DIGITS: Final = 9


def first(form: Form, name: str) -> str:
    """Return the only value of a field, without space around it; "" when it was not sent.

    >>> first({"titel": [" Buurtteam "]}, "titel"), first({}, "titel")
    ('Buurtteam', '')
    """
    return next(iter(form.get(name, ())), "").strip()


def lines_of(form: Form, name: str) -> tuple[str, ...]:
    r"""Return the lines of a field that hold something.

    >>> lines_of({"opties": ["Ja\r\n\r\n Nee "]}, "opties")
    ('Ja', 'Nee')
    """
    return tuple(line.strip() for line in first(form, name).splitlines() if line.strip())


def whole_number(text: str) -> int | None:
    """Return the whole number that a text is, None when it is none or longer than anybody needs.

    >>> whole_number("12"), whole_number("-3"), whole_number("twaalf"), whole_number("")
    (12, -3, None, None)
    """
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS else None


def revision_of(form: Form) -> int:
    """Return the revision that a form was made on; a form that says none is of before everything."""
    return whole_number(first(form, REVISION)) or 0
