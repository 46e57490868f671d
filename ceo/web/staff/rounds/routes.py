"""The routes of rounds."""

from __future__ import annotations

from typing import Final

from ceo.web.staff.rounds import showing

ROUTES: Final = (
    showing.show_rounds,
    showing.show_new_round,
    showing.open_new_round,
    showing.show_round,
    showing.change_one_round,
)
