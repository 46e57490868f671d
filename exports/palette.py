"""The colours of charts. Text on its colour is at least 4.5:1, a mark on white at least 3:1 (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WHITE = "#ffffff"
INK = "#1a1a1a"
MUTED = "#595959"
GRID = "#d9d9d9"  # decoration: the numbers stand beside it
MARK = "#0b5a8c"
ACCENT = "#b34700"


@dataclass(frozen=True, slots=True)
class Paint:
    """A filled area and the text on it."""

    fill: str
    text: str


# By stance and whether the option is an outer end of its scale.
PAINTS: Mapping[tuple[str, bool], Paint] = {
    ("positive", True): Paint("#0b5a8c", WHITE),
    ("positive", False): Paint("#4690bd", INK),
    ("neutral", True): Paint("#8c8c8c", INK),
    ("neutral", False): Paint("#8c8c8c", INK),
    ("negative", False): Paint("#d0712a", INK),
    ("negative", True): Paint("#8f3600", WHITE),
}
# Options that stand on no side of a scale, in turn.
OTHER_PAINTS = (
    Paint("#5c4b8a", WHITE),
    Paint("#6b9080", INK),
    Paint("#8f7cc0", INK),
    Paint("#2f5d50", WHITE),
)
