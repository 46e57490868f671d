"""The figures of an edition: selected by what stands in the columns of its cube, in pages, as JSON, CSV or Parquet."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from litestar import HttpMethod, Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_409_CONFLICT

from ceo.web.api.allowances import charge
from ceo.web.api.editions import Edition, json_of, open_edition, reading
from ceo.web.api.files import FILE_COST, FileAnswer
from ceo.web.api.negotiation import CSV, JSON, PARQUET, Validators, choose_type
from ceo.web.api.parameters import Query, given_twice, query_of, read_number, refuse, unknown_names, unknown_values
from ceo.web.api.refusing import Fault, Refusal
from ceo.web.installation import Installation

if TYPE_CHECKING:
    import pyarrow as pa

    from exports.release.cube import Cube, SealedCube
    from exports.release.selecting import Selection

COLUMNS_ASKED: Final = ("area", "area_type", "indicator", "measure", "category", "breakdown", "level")
FORMS: Final[Mapping[str, str]] = {"json": JSON, "csv": CSV, "parquet": PARQUET}
MOST: Final = 10_000
USUAL: Final = 1_000
# What a page of figures costs; rows above `MOST` cost as much for each row.
COST: Final = 2
ROWS_A_TOKEN: Final = MOST // COST
# A longer header is refused by some servers in between; the cursor stands in the answer as well.
_LONGEST_LINK: Final = 2_000
CURSOR_LENGTH: Final = 32
_PLACE: Final = 8  # bytes
_DIGEST: Final = 16  # bytes
# Of an edition as it is seen (its digest, and the municipality whose rows are): the values of each column.
_KNOWN: Final[OrderedDict[tuple[str, str], Mapping[str, tuple[str, ...]]]] = OrderedDict()
_EDITIONS_KNOWN: Final = 32
_ONCE: Final = ("limit", "cursor", "format")
PARAMETERS: Final = (*COLUMNS_ASKED, *_ONCE)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which figures are asked for, after which place in the cube, how many at most, and in which form."""

    selection: Selection
    after: int
    limit: int | None
    media_type: str
    query: Query


@reading("/releases/{name:str}/{edition:str}/figures", cost=COST)
async def send_figures(
    request: Request[Any, Any, Any],
    name: FromPath[str],
    edition: FromPath[str],
    installation: NamedDependency[Installation],
) -> Response[bytes] | Response[None] | Stream:
    """Send figures in the order of the cube, a page at a time; CSV and Parquet whole, unless a limit is given."""
    query = query_of(request)
    media_type = _media_type(request, query)
    asked = await open_edition(request, installation, name, edition)
    validators = asked.validators("figures", query.canonical(without=("format",)), media_type)
    same = asked.unchanged(validators)
    if same is not None:
        return same
    if media_type != JSON and not asked.seen.only and not query.canonical(without=("format",)):
        return await _whole(asked, media_type)
    release = await asked.open()
    wanted = _wanted(query, release.cube, asked, media_type)
    return await _page(asked, release, wanted, validators)


async def _whole(asked: Edition, media_type: str) -> Response[Any] | Stream:
    """Send all figures: the file that is written once and kept."""
    from exports.release.formats import RELEASE_FORMATS

    form = RELEASE_FORMATS[_extension(media_type)]
    answer = FileAnswer(asked.request, asked.installation, asked.row, form.extension, form.media_type, asked.headers())
    same = answer.unchanged()
    if same is not None:
        return same
    if asked.request.method != HttpMethod.HEAD:
        await charge(asked.request, FILE_COST - COST)
    return await answer.send(form, asked.open)


def _extension(media_type: str) -> str:
    return next(extension for extension, form in FORMS.items() if form == media_type)


def cursor_of(digest: str, place: int) -> str:
    """Return where a page ended in an edition, for the next one.

    >>> cursor_of("sha256:" + "3f" * 32, 999)
    'Pz8_Pz8_Pz8_Pz8_Pz8_PwAAAAAAAAPn'
    """
    return urlsafe_b64encode(_short(digest) + place.to_bytes(_PLACE, "big")).decode()


def place_of(digest: str, cursor: str) -> int | None:
    """Return the place of a cursor; None when it is of another edition, or of none.

    >>> cursor = "Pz8_Pz8_Pz8_Pz8_Pz8_PwAAAAAAAAPn"
    >>> place_of("sha256:" + "3f" * 32, cursor), place_of("sha256:" + "40" * 32, cursor)
    (999, None)
    """
    try:
        content = urlsafe_b64decode(cursor.encode("ascii"))
    except ValueError:
        return None
    if len(content) != _DIGEST + _PLACE or content[:_DIGEST] != _short(digest):
        return None
    return int.from_bytes(content[_DIGEST:], "big")


def _short(digest: str) -> bytes:
    return bytes.fromhex(digest.removeprefix("sha256:"))[:_DIGEST]


def _media_type(request: Request[Any, Any, Any], query: Query) -> str:
    """Return the form that is asked for: by name, for links that people click, or else by `Accept`."""
    refuse([*unknown_names(query, PARAMETERS), *given_twice(query, _ONCE)])
    named = query.values("format")
    if not named:
        return choose_type(request.headers.get("accept", ""), tuple(FORMS.values()))
    if named[0] not in FORMS:
        words = f"Deze vorm is er niet. Kies uit: {', '.join(FORMS)}."
        refuse([Fault("format", named[0][:100], "malformed", words, tuple(FORMS))])
    return FORMS[named[0]]


def _wanted(query: Query, cube: Cube, asked: Edition, media_type: str) -> _Wanted:
    from exports.release.selecting import Selection

    exist = _values_of(cube, asked)
    faults = [fault for name in COLUMNS_ASKED for fault in unknown_values(query, name, exist[name])]
    limit = read_number(query, "limit", most=MOST)
    cursor, after = query.one("cursor"), -1
    if isinstance(limit, Fault):
        faults.append(limit)
    if "cursor" in query.given and len(cursor) != CURSOR_LENGTH:
        faults.append(
            Fault("cursor", "", "malformed", "Dit is geen cursor. Neem de volgende bladzijde uit Link of next.")
        )
    refuse(faults)
    assert not isinstance(limit, Fault), "faults were refused"
    if cursor:
        place = place_of(asked.row.digest, cursor)
        if place is None:
            raise Refusal(HTTP_409_CONFLICT, "Deze cursor hoort niet bij deze editie.", "Begin opnieuw, zonder cursor.")
        after = place
    usual = USUAL if media_type == JSON else None
    selection = Selection(**{name: query.values(name) for name in COLUMNS_ASKED})
    return _Wanted(selection, after, limit or usual, media_type, query)


def _values_of(cube: Cube, edition: Edition) -> Mapping[str, tuple[str, ...]]:
    """Return what stands in each column that can be asked for, in order; looked up once for an edition as it is seen."""
    key = (edition.row.digest, edition.seen.only)
    if key not in _KNOWN:
        _KNOWN[key] = {name: _distinct(cube, name) for name in COLUMNS_ASKED}
        while len(_KNOWN) > _EDITIONS_KNOWN:
            _KNOWN.popitem(last=False)
    return _KNOWN[key]


def _distinct(cube: Cube, column: str) -> tuple[str, ...]:
    import numpy as np

    found = cube.table.column(column).combine_chunks()
    texts = found.dictionary.to_pylist()
    return tuple(sorted(texts[code] for code in np.unique(found.indices.to_numpy())))


async def _page(
    asked: Edition, release: SealedCube, wanted: _Wanted, validators: Validators
) -> Response[bytes] | Stream:
    from exports.release.cube import Cube, SealedCube
    from exports.release.formats import RELEASE_FORMATS
    from exports.release.selecting import select_figures

    found = await asyncio.to_thread(
        select_figures, release.cube, wanted.selection, after=wanted.after, limit=wanted.limit
    )
    following = ""
    if found.more:
        cursor = cursor_of(asked.row.digest, found.rows[-1])
        parameters = [*wanted.query.canonical(without=("cursor",)), ["cursor", cursor]]
        following = f"{asked.address}/figures?{urlencode([(name, value) for name, value in parameters])}"
    links = (f'<{following}>; rel="next"',) if 0 < len(following) <= _LONGEST_LINK else ()
    headers = {**asked.headers(*links), **validators.headers}
    if wanted.media_type == JSON:
        document = {**asked.told(), **introduced(release), "next": following or None}
        content = await asyncio.to_thread(lambda: json_of({**document, "figures": rows_of(found.table)}))
        return Response(content, media_type=JSON, headers=headers)
    extension = _extension(wanted.media_type)
    headers["content-disposition"] = f'attachment; filename="{asked.row.name}-{asked.row.edition}-selectie.{extension}"'
    if asked.request.method == HttpMethod.HEAD:  # nothing is written to be thrown away
        return Stream(iter(()), media_type=wanted.media_type, headers=headers)
    await charge(asked.request, max(0, ceil(len(found.rows) / ROWS_A_TOKEN) - COST))
    part = SealedCube(Cube(release.facts, found.table), release.seal)
    return Stream(filled(RELEASE_FORMATS[extension].write(part)), media_type=wanted.media_type, headers=headers)


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    """Return the rows of a table as `to_pylist` does, several times faster: texts are looked up by their codes."""
    columns = [_cells(column.combine_chunks()) for column in table.columns]
    names = table.column_names
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _cells(column: Any) -> list[Any]:
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        cells: list[Any] = column.to_pylist()
        return cells
    texts = column.dictionary.to_pylist()
    return [texts[code] for code in column.indices.to_pylist()]


def introduced(release: SealedCube) -> dict[str, Any]:
    """Return what goes along with figures: how to cite them, and what to beware of."""
    from exports.release.facts import citation_of
    from exports.release.introducing import notices_of

    facts = release.facts
    return {
        "notices": list(notices_of(release)),
        "citation": citation_of(facts, release.seal),
        "licence": {"name": facts.licence, "address": facts.licence_address},
    }


def filled(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what there is to send: an empty part would end the answer on some servers."""
    yield from (part for part in parts if part)


ROUTES: Final = (send_figures,)
