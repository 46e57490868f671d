"""The front of a workbook: what the figures are, how to cite and to read them, and what stands in which sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from exports.release.cube import SealedCube
from exports.release.facts import Seal
from exports.release.introducing import about, address_of, notices_of
from exports.release.sheet import Line, Look, Sheet
from exports.sheets import FRONT, FRONT_WIDTHS
from exports.wording import count_words

_HOW_TO_READ: Final = (
    ("Eén regel is één cijfer", "Over één onderwerp, in één gebied, voor één groep cliënten."),
    ("Waarde", "Een score loopt van 0 tot 100. Een aandeel is een percentage van de mensen die antwoord gaven."),
    (
        "Ondergrens en bovengrens",
        "Het cijfer is een schatting. De echte waarde ligt waarschijnlijk tussen deze grenzen (95%-betrouwbaarheidsinterval).",
    ),
    ("Antwoorden", "Zoveel mensen gaven een antwoord dat meetelt. Aantallen kunnen zijn afgerond."),
    ("Let op", "Wat u over het cijfer moet weten. Het blad Toelichting zegt wat de woorden betekenen."),
    ("Waarom geen cijfer", "Staat er geen waarde, dan staat hier waarom. Leeg betekent nooit nul."),
    ("Vergelijken", "Verschillen zijn vaak toeval. Maak geen ranglijst van gemeenten."),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A sheet as the front lists it; without a name when it did not fit. `rows` are its figures, `labels` what they are about."""

    name: str
    rows: int
    labels: tuple[str, ...] = ()


def front_sheet(release: SealedCube, listed: Sequence[Listed]) -> Sheet:
    """Return the front."""
    return Sheet(FRONT, FRONT_WIDTHS, _lines(release, listed))


def _lines(release: SealedCube, listed: Sequence[Listed]) -> Iterator[Line]:
    yield Line((release.facts.title,), Look.TITLE)
    yield from (Line((text,), Look.WARNING) for text in notices_of(release))
    yield Line(())
    yield Line(("Wat is dit?",), Look.HEADING)
    yield from map(Line, about(release))
    yield Line(())
    yield Line(("Hoe leest u de cijfers?",), Look.HEADING)
    yield from map(Line, _HOW_TO_READ)
    yield Line(())
    yield Line(("Wat staat waar?",), Look.HEADING)
    yield from (Line(_listed(one, release.seal)) for one in listed)


def _listed(one: Listed, seal: Seal) -> tuple[str, str]:
    rows = count_words(one.rows, "cijfer", "cijfers")
    if one.labels:
        return one.name, f"{rows} over: {'; '.join(one.labels)}."
    if not one.rows:
        return one.name, "Wat de woorden betekenen, wat er veranderde in de vragenlijst, en hoe de vragen zijn gesteld."
    if one.name:
        return one.name, f"{rows} met codes in plaats van woorden, zoals in de bestanden voor computerprogramma’s."
    return "Alle cijfers samen", f"{rows}. Dat is meer dan in een blad past. Ze staan in {address_of(seal, 'csv')}"
