"""What size classes of municipalities are called in a release. Editions that were made have these words, so they never change."""

from __future__ import annotations

from typing import Final

from ceo.workflows.areas.divisions import SIZE_CLASSES

_NAMES: Final = (
    "minder dan 5.000 inwoners",
    "5.000 tot 10.000 inwoners",
    "10.000 tot 20.000 inwoners",
    "20.000 tot 50.000 inwoners",
    "50.000 tot 100.000 inwoners",
    "100.000 tot 150.000 inwoners",
    "150.000 tot 250.000 inwoners",
    "250.000 inwoners of meer",
)


def size_class_code(number: int) -> str:
    """Return the code of the area of a size class, numbered as CBS does.

    >>> size_class_code(5)
    'GK5'
    """
    return f"{SIZE_CLASSES}{number}"


def size_class_name(code: str) -> str:
    """Return what a size class is called.

    >>> size_class_name("GK8")
    '250.000 inwoners of meer'
    """
    return _NAMES[int(code.removeprefix(SIZE_CLASSES)) - 1]
