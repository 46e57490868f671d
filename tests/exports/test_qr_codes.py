"""Codes on letters and on forms are made of the same dark squares."""

from __future__ import annotations

from typing import Literal

import pytest
import segno

from exports.qr_codes import qr_code

LINK = "https://ceo.example/GM0344/code/BCDF-GHJK-3467"


@pytest.mark.parametrize("error", ["m", "q"])
def test_the_runs_cover_the_dark_squares_and_nothing_else(error: Literal["m", "q"]) -> None:
    code = qr_code(LINK, error=error)
    drawn = [[0] * code.side for _ in range(code.side)]
    for run in code.runs:
        for column in range(run.column, run.column + run.length):
            assert not drawn[run.row][column], "no square is drawn twice"
            drawn[run.row][column] = 1
    assert drawn == [list(row) for row in segno.make_qr(LINK, error=error, boost_error=False).matrix]
    assert sum(run.length for run in code.runs) > len(code.runs), "those that touch are one"
