"""What an observation consists of in SDMX: each column of the cube, and the two statuses that SDMX has codes for.

There is one measure, the figure; its interval, counts and comparison are attributes of it. SDMX 3.0 allows several measures, but not
every reader does: `sdmx1` reads the first one only and refuses XML with more, and intervals are of no use where nobody reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from analysis.results import Flag
from exports.comparability import BREAK_FLAG
from exports.release.column_words import DUTCH, TITLES
from exports.release.reading_words import is_hidden


class Kind(StrEnum):
    """What a component does: tell which figure, be the figure, or say something of it."""

    DIMENSION = "D"
    MEASURE = "M"
    ATTRIBUTE = "A"


class Content(StrEnum):
    """What a component holds: a code, a number, text or a period."""

    CODE = "code"
    NUMBER = "number"
    COUNT = "count"
    TEXT = "text"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class ColumnComponent:
    """A component. `column` is that of the cube ("" for a status), `codes` names its code list ("" where it holds no code)."""

    id: str
    column: str
    kind: Kind
    content: Content
    codes: str = ""

    @property
    def label(self) -> str:
        """Return its Dutch name."""
        return TITLES[self.column]["nl"] if self.column else _STATUSES[self.id]

    @property
    def description(self) -> str:
        """Return what it holds, in Dutch."""
        return DUTCH[self.column] if self.column else f"code van SDMX (CL_{self.codes})"


def _dimension(column: str, name: str = "") -> ColumnComponent:
    return ColumnComponent(name or column.upper(), column, Kind.DIMENSION, Content.CODE, column.upper())


def _number(column: str, content: Content = Content.NUMBER) -> ColumnComponent:
    return ColumnComponent(column.upper(), column, Kind.ATTRIBUTE, content)


def _coded(column: str, codes: str = "") -> ColumnComponent:
    return ColumnComponent(column.upper(), column, Kind.ATTRIBUTE, Content.CODE, codes or column.upper())


def _status(codes: str) -> ColumnComponent:
    return ColumnComponent(codes, "", Kind.ATTRIBUTE, Content.CODE, codes)


_STATUSES: Final = {"OBS_STATUS": "Status van het cijfer", "CONF_STATUS": "Vertrouwelijkheid"}
# Names of SDMX's own cross-domain concepts where there is one: REF_AREA, TIME_PERIOD, OBS_VALUE, OBS_STATUS, CONF_STATUS.
COMPONENTS: Final = (
    _dimension("area", "REF_AREA"),
    _dimension("indicator"),
    _dimension("measure"),
    _dimension("category"),
    _dimension("breakdown"),
    _dimension("level"),
    ColumnComponent("TIME_PERIOD", "period", Kind.DIMENSION, Content.PERIOD),
    ColumnComponent("OBS_VALUE", "value", Kind.MEASURE, Content.NUMBER),
    _number("se"),
    _number("lower"),
    _number("upper"),
    _number("n", Content.COUNT),
    _number("effective_n"),
    _number("population_size"),
    _number("df"),
    _coded("method"),
    _coded("inference"),
    ColumnComponent("FLAGS", "flags", Kind.ATTRIBUTE, Content.TEXT),
    _coded("suppression", "REASON"),
    _coded("reference", "AREA"),
    _number("difference"),
    _number("difference_lower"),
    _number("difference_upper"),
    _number("p_adjusted"),
    ColumnComponent("RELEVANT", "relevant", Kind.ATTRIBUTE, Content.TEXT),
    _coded("difference_note", "REASON"),
    _coded("band"),
    _status("OBS_STATUS"),
    _status("CONF_STATUS"),
)

# Codes of SDMX's own lists CL_OBS_STATUS and CL_CONF_STATUS that occur here, with their Dutch names.
OBS_STATUS_WORDS: Final = {
    "A": "gewone waarde",
    "B": "breuk in de reeks",
    "O": "geen waarde",
    "Q": "geen waarde; niet getoond",
    "U": "weinig betrouwbaar",
}
CONF_STATUS_WORDS: Final = {
    "F": "vrij",
    "A": "vertrouwelijk vanwege kleine aantallen",
    "C": "vertrouwelijk",
    "D": "vertrouwelijk omdat er anders iets anders uit te rekenen is",
}
_CONF_STATUS: Final = {"fewer_than_floor": "A", "complement": "D"}


@lru_cache(maxsize=4096)
def observation_status(flags: str, suppression: str) -> str:
    """Return the code of SDMX for a figure. There is room for one; a break goes before a missing value, and that before low reliability.

    Versions that were taken together have no code: they were judged to ask the same, so that nothing is defined differently.
    Source: SDMX, Possible ways of implementing the observation status concept (2019), section 2.

    >>> observation_status("small series_break", "complement"), observation_status("", "complement"), observation_status("small", "")
    ('B', 'Q', 'A')
    """
    told = flags.split()
    if BREAK_FLAG in told:
        return "B"
    if suppression:
        return "Q" if is_hidden(suppression) else "O"
    return "U" if Flag.UNRELIABLE in told else "A"


def confidentiality_status(suppression: str) -> str:
    """Return the code of SDMX for why a figure may not be shown, F for one that is; nothing where there never was a figure.

    >>> confidentiality_status("complement"), confidentiality_status(""), confidentiality_status("no_respondents")
    ('D', 'F', '')
    """
    if not suppression:
        return "F"
    return _CONF_STATUS.get(suppression, "C") if is_hidden(suppression) else ""
