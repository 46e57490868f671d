"""Deliveries: a release as a national portal wants it, by a profile, with a receipt that says what was delivered.

Everything that is wrong with a profile for a release is told at once, and before anything is written.
"""

from __future__ import annotations

import hashlib
from codecs import getincrementalencoder
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeAlias

from pydantic import BaseModel, ConfigDict

from exports.release.cube import COLUMNS, NUMBERS, SealedCube
from exports.release.delivered_text import THRESHOLD, WORDED, is_number, lines_of, text_writer
from exports.release.delivery_profile import DeliveredColumn, DeliveryProfile, Thresholds
from exports.release.facts import ReleaseFacts, citation_of
from exports.release.introducing import method_of, notices_of
from exports.release.selecting import select_figures
from questionnaires.strict_yaml import suggest

if TYPE_CHECKING:
    import pyarrow as pa

# Where something stands in a profile, as `questionnaires.strict_yaml` finds its line.
Where: TypeAlias = tuple[str | int, ...]
# What tells of a figure; it goes with the figure when that is withheld.
_OF_A_FIGURE: Final = frozenset({*NUMBERS, "n"})
_SAID_OF_A_FIGURE: Final = frozenset({"method", "flags", "reference", "relevant", "difference_note", "band"})
_MOST_TOLD: Final = 12


@dataclass(frozen=True, slots=True)
class DeliveryFault:
    """Why a release is not delivered by a profile: where in the profile, what is wrong, and what to do about it, in Dutch."""

    place: Where
    cause: str
    cure: str


class DeliveryReceipt(BaseModel):
    """What was delivered: by which profile, of which release, how much, and the SHA-256 of the file.

    `rows` counts lines without the first. `withheld` figures are in the release, and a threshold of the profile stopped them: they may, for
    all that rounded counts tell, be about fewer people. What every file of a release tells stands here, because the file of a receiver has
    no room for it; where counts are rounded and the profile has a threshold, the last of the `notices` says what that means.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str
    profile_version: int
    profile_digest: str
    release: str
    release_digest: str
    rows: int
    withheld: int
    columns: tuple[str, ...]
    size: int
    sha256: str
    delivered_on: date
    notices: tuple[str, ...]
    citation: str
    licence: str
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """Figures of a release as a receiver gets them. `table`: the rows, without what the profile withholds."""

    release: SealedCube
    profile: DeliveryProfile
    table: pa.Table
    withheld: int

    def parts(self) -> Iterator[bytes]:
        """Yield the file in parts; the same release and profile give the same bytes."""
        encoder = getincrementalencoder(self.profile.file.encoding)()
        for lines in lines_of(self.table, self.profile, self.release.facts):
            yield encoder.encode(lines)

    def write(self, file: BinaryIO, *, day: date) -> DeliveryReceipt:
        """Write the file in parts, and return the receipt of what was written. `day` is the one on which it is delivered."""
        digest, size = hashlib.sha256(), 0
        for part in self.parts():
            file.write(part)
            digest.update(part)
            size += len(part)
        facts, seal = self.release.facts, self.release.seal
        return DeliveryReceipt(
            profile=self.profile.profile,
            profile_version=self.profile.version,
            profile_digest=self.profile.digest,
            release=facts.name,
            release_digest=seal.digest,
            rows=self.table.num_rows,
            withheld=self.withheld,
            columns=tuple(one.name for one in self.profile.columns),
            size=size,
            sha256=digest.hexdigest(),
            delivered_on=day,
            notices=(*notices_of(self.release), *_threshold_notices(facts, self.profile)),
            citation=citation_of(facts, seal),
            licence=f"{facts.licence} ({facts.licence_address})",
            method=method_of(facts),
        )


def deliver(release: SealedCube, profile: DeliveryProfile) -> Delivery | tuple[DeliveryFault, ...]:
    """Return a release as a profile wants it, or everything that stands in the way.

    Only what is published is delivered. A threshold withholds what the release shows, and never shows what the release withholds.
    """
    faults = [*_release_faults(release), *_chosen_faults(release, profile), *_column_faults(profile)]
    faults += _threshold_faults(release, profile)
    selected = select_figures(release.cube, profile.select.selection).table
    table, withheld = _withheld(selected, profile, release.facts)
    if profile.no_figure.rows == "leave_out":
        table = table.filter(table.column("value").is_valid())
    if not faults and not table.num_rows:
        cause = "Geen enkele rij van de uitgave past bij deze keuze."
        faults.append(
            DeliveryFault(("select",), cause, "Kies minder strenge waarden, of kijk in de CSV van de uitgave.")
        )
    faults += _text_faults(release, profile, table)
    return tuple(faults) if faults else Delivery(release, profile, table, withheld)


def _release_faults(release: SealedCube) -> Iterator[DeliveryFault]:
    if release.seal.published_on is None:
        yield DeliveryFault((), "Deze uitgave is nog niet gepubliceerd.", "Publiceer haar eerst.")
    if release.seal.state == "withdrawn":
        yield DeliveryFault((), "Deze uitgave is ingetrokken.", "Lever een andere editie.")


def _chosen_faults(release: SealedCube, profile: DeliveryProfile) -> Iterator[DeliveryFault]:
    for name, values in profile.select.model_dump().items():
        known = _values(release.cube.table, name)
        for place, value in enumerate(values):
            if value not in known:
                cause = f"{value or 'Niets'} komt niet voor bij {name} in deze uitgave."
                yield DeliveryFault(("select", name, place), cause, suggest(value, sorted(known)))


def _column_faults(profile: DeliveryProfile) -> Iterator[DeliveryFault]:
    names = [one.name for one in profile.columns]
    for place, one in enumerate(profile.columns):
        if one.name in names[:place]:
            cause = f"De kolom {one.name} is er al."
            yield DeliveryFault(("columns", place, "name"), cause, "Geef elke kolom een eigen naam.")
        if one.column is not None and one.column not in COLUMNS:
            cause = f"De kolom {one.column} bestaat niet in een uitgave."
            yield DeliveryFault(("columns", place, "column"), cause, suggest(one.column, COLUMNS))
        elif one.column is not None:
            yield from _form_faults(place, one)


def _form_faults(place: int, one: DeliveredColumn) -> Iterator[DeliveryFault]:
    assert one.column is not None
    number = is_number(one.column)
    if number and one.codes:
        cause = f"In {one.column} staan getallen; die hebben geen codes."
        yield DeliveryFault(("columns", place, "codes"), cause, "Haal codes weg.")
    if not number and one.decimals is not None:
        cause = f"In {one.column} staat tekst; die heeft geen decimalen."
        yield DeliveryFault(("columns", place, "decimals"), cause, "Haal decimals weg.")
    if one.write == "words" and one.column not in WORDED:
        cause = f"Voor {one.column} zijn er geen woorden."
        cure = f"Schrijf de codes, of kies een van: {', '.join(WORDED)}."
        yield DeliveryFault(("columns", place, "write"), cause, cure)


def _threshold_faults(release: SealedCube, profile: DeliveryProfile) -> Iterator[DeliveryFault]:
    least, floor = profile.thresholds.minimum_n, release.facts.floor
    if least is not None and least < floor:
        cause = f"Minstens {least} mensen is soepeler dan de uitgave zelf: minstens {floor}."
        cure = f"Vraag {floor} of meer, of haal minimum_n weg."
        yield DeliveryFault(("thresholds", "minimum_n"), cause, cure)


def _text_faults(release: SealedCube, profile: DeliveryProfile, table: pa.Table) -> Iterator[DeliveryFault]:
    """Yield every code in the rows that has no code of the receiver, and everything that the encoding cannot write."""
    for field, text in profile.no_figure.model_dump().items():
        yield from _encoding_faults(("no_figure", field), [text], profile)
    for place, one in enumerate(profile.columns):
        where = ("columns", place)
        yield from _encoding_faults((*where, "name"), [one.name], profile)
        if one.constant is not None:
            yield from _encoding_faults((*where, "constant"), [one.constant], profile)
        if (
            one.column is None
            or one.column not in COLUMNS
            or is_number(one.column)
            or (one.write == "words" and one.column not in WORDED)
        ):
            continue
        found = _values(table, one.column)
        unnamed = sorted(found - one.codes.keys()) if one.codes else []
        if unnamed:
            cause = f"Geen code van de ontvanger voor {one.column}: {_listed(unnamed)}."
            cure = "Noem elke code die voorkomt, ook de lege, of kies minder met select."
            yield DeliveryFault((*where, "codes"), cause, cure)
            continue
        write = text_writer(one, release.facts)
        yield from _encoding_faults((*where, "codes"), sorted({write(code) for code in found}), profile)


def _encoding_faults(where: Where, texts: list[str], profile: DeliveryProfile) -> Iterator[DeliveryFault]:
    encoding = profile.file.encoding
    wrong = [text for text in texts if text.encode(encoding, "ignore").decode(encoding) != text]
    if wrong:
        yield DeliveryFault(where, f"{encoding} kan dit niet schrijven: {_listed(wrong)}.", "Kies encoding: utf-8.")


def _threshold_notices(facts: ReleaseFacts, profile: DeliveryProfile) -> Iterator[str]:
    if facts.counted_by > 1 and profile.thresholds != Thresholds():
        yield (
            f"Aantallen zijn afgerond op {facts.counted_by}. Een cijfer gaat alleen mee als het zeker over genoeg mensen gaat: "
            "ook als het echte aantal bij het afronden naar boven ging."
        )


def _withheld(table: pa.Table, profile: DeliveryProfile, facts: ReleaseFacts) -> tuple[pa.Table, int]:
    """Return the rows without the figures that may be below a threshold of the profile, and how many these are.

    A rounded count may stand for half of its step less, but never for fewer people than the floor. People are whole, effective numbers not.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    half = facts.counted_by / 2 if facts.counted_by > 1 else 0.0
    people = pc.ceil(pc.subtract(table.column("n"), half))
    least = {
        "n": pc.max_element_wise(people, float(facts.floor), skip_nulls=False),
        "effective_n": pc.subtract(table.column("effective_n"), half),
    }
    asked = {"n": profile.thresholds.minimum_n, "effective_n": profile.thresholds.minimum_effective_n}
    stopped = pa.repeat(pa.scalar(value=False), table.num_rows)
    for name, number in asked.items():
        if number is not None:
            # Of whom nobody knows how many there are, there may be too few.
            stopped = pc.or_(stopped, pc.fill_null(pc.less(least[name], number), fill_value=True))
    stopped = pc.and_(stopped, table.column("value").is_valid())
    for name in (*_OF_A_FIGURE, *_SAID_OF_A_FIGURE, "suppression"):
        table = table.set_column(table.schema.get_field_index(name), name, _without(table.column(name), name, stopped))
    return table, pc.sum(stopped).as_py() or 0


def _without(column: Any, name: str, stopped: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if name in _OF_A_FIGURE:
        return pc.if_else(stopped, pa.scalar(None, column.type), column)
    texts = pc.if_else(stopped, THRESHOLD if name == "suppression" else "", column.cast(pa.string()))
    return texts.combine_chunks().dictionary_encode()


def _values(table: pa.Table, name: str) -> set[str]:
    import pyarrow.compute as pc

    return set(pc.unique(table.column(name).combine_chunks()).to_pylist())


def _listed(texts: list[str]) -> str:
    shown = ", ".join(text or '""' for text in texts[:_MOST_TOLD])
    return shown if len(texts) <= _MOST_TOLD else f"{shown} en nog {len(texts) - _MOST_TOLD}"
