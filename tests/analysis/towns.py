"""Small towns to weigh: respondents and a register as tables in sight, and random ones for laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from analysis.dataset import FIRST_CODE, CodedColumn, Columns, Dataset, Grouping, assemble
from analysis.design import Stratum
from analysis.weighting.register import Register, read_register

AGES, SEXES = ("18", "45", "65", "80"), ("m", "v")


def respondents(*groups: tuple[str, str, str, str, int], populations: dict[str, float] | None = None) -> Dataset:
    """Return the data set of groups (unit, stratum, age, sex, number); an empty age is unknown."""
    rows = [group[:4] for group in groups for _ in range(group[4])]
    names = list(dict.fromkeys((unit, stratum) for unit, stratum, *_ in groups))
    known = populations or {}
    strata = [Stratum(stratum, unit, known.get(stratum, np.inf)) for unit, stratum in names]
    columns = Columns(
        coded=(CodedColumn("q", ("nee", "ja")),),
        codes=(FIRST_CODE + np.arange(len(rows), dtype=np.int8) % 2)[None, :],
        numbers=(),
        values=np.zeros((0, len(rows))),
        status=np.zeros((0, len(rows)), dtype=np.int8),
        groupings=(grouping("age", AGES, [row[2] for row in rows]),),
        auxiliaries=(grouping("sex", SEXES, [row[3] for row in rows]),),
    )
    stratum = np.array([names.index((row[0], row[1])) for row in rows], dtype=np.int32)
    return assemble(columns, strata, stratum)


def grouping(name: str, levels: tuple[str, ...], cells: list[str]) -> Grouping:
    places = {level: place for place, level in enumerate(levels)} | {"": -1}
    return Grouping(name, levels, np.array([places[cell] for cell in cells], dtype=np.int16))


def register(*groups: tuple[str, str, str, str, float]) -> Register:
    frame = pd.DataFrame(groups, columns=["town", "district", "age", "sex", "population"])
    found = read_register(frame, "register.csv", strata="district", unit="town")
    assert isinstance(found, Register), found
    return found


@st.composite
def towns(draw: st.DrawFn) -> tuple[Dataset, Register]:
    """One to four towns of one or two districts; some districts and some groups without respondents or without people."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shares = draw(st.sampled_from([[0.2, 0.6], [0.0, 0.2, 0.6], [0.0, 0.1]]))
    people: list[tuple[str, str, str, str, float]] = []
    answers: list[tuple[str, str, str, str, int]] = []
    for town in range(draw(st.integers(1, 4))):
        for district in range(draw(st.integers(1, 2))):
            for age in AGES:
                for sex in SEXES:
                    size = int(rng.integers(0, 40)) + (age == "18")
                    where = f"GM{town}", f"GM{town}.{district}", age, sex
                    people.append((*where, float(size)))
                    answers.append((*where, int(rng.binomial(size, rng.choice(shares)))))
        answers.append((f"GM{town}", f"GM{town}.0", draw(st.sampled_from(["", "18"])), "v", 1))
    return respondents(*answers), register(*people)
