"""What the pages of series say beside their sentences: periods, figures, why nothing is shown. Facts, and never a cause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import get_decimal_symbol
from litestar import Request

from ceo.web.languages import N_
from ceo.web.staff.pages import staff_language, staff_words
from ceo.workflows.following.series import Figure, Grain, Point, Series

GRAINS: Final[Mapping[Grain, str]] = {
    Grain.MONTH: N_("Per maand"),
    Grain.QUARTER: N_("Per kwartaal"),
    Grain.ROUND: N_("Per meting"),
}
ROLLING: Final[Mapping[Grain, str]] = {
    Grain.MONTH: N_("Gemiddelde over %(number)s maanden"),
    Grain.QUARTER: N_("Gemiddelde over %(number)s kwartalen"),
    Grain.ROUND: N_("Gemiddelde over %(number)s metingen"),
}
_REASONS: Final[Mapping[str, str]] = {
    "not_asked": N_("niet gevraagd"),
    "no_respondents": N_("niemand gaf antwoord"),
}
_HIDDEN: Final = N_("niet getoond: te weinig antwoorden, of een ander klein getal zou eruit volgen")
_UNKNOWN: Final = N_("niet te berekenen")
_SUPPRESSED: Final = frozenset({"fewer_than_floor", "complement", "one_answer_certain", "hidden"})
NOT_WATCHED: Final[Mapping[str, str]] = {
    "short_baseline": N_(
        "Er is nog geen regelkaart. Daarvoor zijn minstens twaalf periodes nodig zonder breuk ertussen."
    ),
    "no_variation": N_("Er is geen regelkaart: de antwoorden verschillen te weinig."),
}
_NO_CHART: Final = N_("Er is nog geen regelkaart.")


class SeriesWords:
    """The words of series, in the language of who asks."""

    def __init__(self, request: Request[Any, Any, Any], *series: Series) -> None:
        self._request = request
        self._titles = {
            point.name: point.title
            for one in series
            for its in one.indicators[:1]
            for point in its.points
            if point.title
        }
        self._short: dict[str, str] = {}
        self.language = staff_language(request)
        self._point = get_decimal_symbol(self.language)

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence that was marked with `N_`."""
        return staff_words(self._request, sentence, **values)

    def period(self, name: str, grain: Grain) -> str:
        """Return a period in words: "maart 2026", "1e kwartaal 2026", or the title of a measurement."""
        if grain is Grain.MONTH:
            return format_date(date.fromisoformat(f"{name}-01"), "LLLL y", locale=self.language)
        if grain is Grain.QUARTER:
            year, _, number = name.partition("-K")
            return staff_words(self._request, N_("kwartaal %(number)s van %(year)s"), number=number, year=year)
        return self._titles.get(name, name)

    def short(self, point: Point, grain: Grain) -> str:
        """Return a period in a few letters, for the foot of a drawing. Many drawings have the same periods."""
        if point.name not in self._short:
            self._short[point.name] = self._in_short(point, grain)
        return self._short[point.name]

    def _in_short(self, point: Point, grain: Grain) -> str:
        if grain is Grain.ROUND:
            return f"{point.last_day.year}"
        if grain is Grain.QUARTER:
            return point.name.replace("-K", " K")
        return format_date(date.fromisoformat(f"{point.name}-01"), "LLL y", locale=self.language)

    def number(self, value: float) -> str:
        """Return a score in one decimal."""
        # A page has a thousand of these, and a library that knows every way to write a number takes a third of its time.
        return f"{round(value, 1):.1f}".replace(".", self._point)

    def interval(self, figure: Figure) -> str:
        """Return the interval of a score; nothing lies outside the scale."""
        low, high = self.number(max(figure.low, 0.0)), self.number(min(figure.high, 100.0))
        return staff_words(self._request, N_("%(low)s tot %(high)s"), low=low, high=high)

    def reason(self, reason: str) -> str:
        """Return why there is no figure."""
        if reason in _SUPPRESSED:
            return staff_words(self._request, _HIDDEN)
        return staff_words(self._request, _REASONS.get(reason, _UNKNOWN))

    def no_chart(self, reason: str) -> str:
        """Return why nothing can be watched yet."""
        return staff_words(self._request, NOT_WATCHED.get(reason, _NO_CHART))
