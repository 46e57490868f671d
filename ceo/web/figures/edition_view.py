"""What the page of an edition shows: what was measured, of whom, where, and how to take it away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ceo.storage.municipalities import Municipality
from ceo.web.figures.catalogue_index import plain
from ceo.web.figures.files import KINDS, about_size
from exports.release.facts import AreaType, Indicator, ReleaseFacts, citation_of
from exports.release.formats import RELEASE_FORMATS
from exports.release.introducing import method_of
from exports.wording import date_words

if TYPE_CHECKING:
    from exports.release.cube import SealedCube

# Questions about who answered stand last: they are no outcome.
_LAST: Final = ("lokaal", "profiel")


@dataclass(frozen=True, slots=True)
class Theme:
    """The indicators of a theme: its scores first."""

    name: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality of a release, in the province of today."""

    code: str
    name: str
    province: str
    province_name: str
    inhabitants: int

    @property
    def letter(self) -> str:
        """Return the letter under which it is looked for: that of 's-Gravenhage is the G."""
        name = plain(self.name).removeprefix("'s-").removeprefix("'t ").removeprefix("’s-")
        return name[0].upper()


@dataclass(frozen=True, slots=True)
class Download:
    """A file of an edition: its name among files, for whom it is, and about how large."""

    extension: str
    label: str
    use: str
    size: str


def edition_values(release: SealedCube, province: str, municipalities: Mapping[str, Municipality]) -> dict[str, Any]:
    """Return the values of the page of an edition; `province` is a code, or "" for the whole country."""
    facts, seal = release.facts, release.seal
    places = places_of(facts, municipalities)
    return shared_values(release) | {
        "themes": themes_of(facts),
        "municipality_count": len(places),
        "respondents": sum(one.submissions or 0 for one in facts.sources),
        "figure_count": release.cube.table.num_rows,
        "provinces": provinces_of(places),
        "province": province,
        "letters": letters_of(one for one in places if province in ("", one.province)),
        "downloads": tuple(_downloads(release.cube.table.num_rows)),
        "citation": citation_of(facts, seal),
    }


def shared_values(release: SealedCube) -> dict[str, Any]:
    """Return what every page of an edition tells of it."""
    facts, seal = release.facts, release.seal
    return {
        "facts": facts,
        "seal": seal,
        "simulated": facts.simulated,
        "period": f"{date_words(facts.period_start)} tot en met {date_words(facts.period_end)}",
        "method": method_of(facts),
    }


def themes_of(facts: ReleaseFacts) -> tuple[Theme, ...]:
    """Return the indicators by theme, in the order of the questionnaire; who answered comes last."""
    from exports.release.reading_words import theme_of

    found: dict[str, list[Indicator]] = {}
    for one in facts.indicators:
        found.setdefault(theme_of(one.theme), []).append(one)
    last = [theme_of(theme) for theme in _LAST]
    names = sorted(found, key=lambda name: last.index(name) if name in last else -1)
    return tuple(Theme(name, tuple(found[name])) for name in names)


def places_of(facts: ReleaseFacts, municipalities: Mapping[str, Municipality]) -> tuple[Place, ...]:
    """Return the municipalities of a release, in order of name. One that is gone by now keeps its name, without a province."""
    found = [_place(one.area, one.name, municipalities) for one in facts.areas if one.kind is AreaType.MUNICIPALITY]
    return tuple(sorted(found, key=lambda one: (one.letter, plain(one.name))))


def provinces_of(places: tuple[Place, ...]) -> tuple[tuple[str, str], ...]:
    """Return the code and the name of every province that has a municipality in a release, in order of name."""
    found = {one.province: one.province_name for one in places if one.province}
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def letters_of(places: Iterator[Place]) -> tuple[tuple[str, tuple[Place, ...]], ...]:
    """Return municipalities by their letter."""
    found: dict[str, list[Place]] = {}
    for one in places:
        found.setdefault(one.letter, []).append(one)
    return tuple((letter, tuple(ones)) for letter, ones in found.items())


def _place(code: str, name: str, municipalities: Mapping[str, Municipality]) -> Place:
    known = municipalities.get(code)
    if known is None:
        return Place(code, name, "", "", 0)
    return Place(code, name, known.province_code, known.province, known.population)


def _downloads(figures: int) -> Iterator[Download]:
    for extension, kind in KINDS.items():
        if extension in RELEASE_FORMATS:
            yield Download(extension, kind.label, kind.use, about_size(extension, figures))
