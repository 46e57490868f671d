"""The reports of a release: for each municipality the whole one, and two pages for its council, composed of the released figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.releases import Release
from ceo.storage.rounds import PublishedQuestionnaire, Round
from ceo.storage.tenancy import reading_across
from ceo.workflows.releases.compositions import COMPOSITION
from ceo.workflows.releases.deciding import read_rounds
from ceo.workflows.releases.earlier import Earlier, choose_earlier, read_earlier
from ceo.workflows.releases.files import BESIDE, read_cube_file, read_release_file
from ceo.workflows.releases.reading import PUBLIC, release_address
from ceo.workflows.releases.trends import Measured, crosswalks_in, trends_of

if TYPE_CHECKING:
    from analysis.pooling import Pooled
    from exports.municipal_report.additions import Composition
    from exports.release.cube import Cube
    from exports.release.facts import ReleaseFacts
    from exports.report import Report
    from questionnaires.codebook import Codebook


class ReportKind(StrEnum):
    """Which report is meant; the value stands in the names of files."""

    WHOLE = "rapport"
    COUNCIL = "raad"


@dataclass(frozen=True, slots=True)
class ReportSource:
    """What the reports of an edition are composed of. `asked`: the digest of the questionnaire of each municipality.

    `composition`: who answered beside who was on the list, as JSON; nothing where that cannot be told. `state` and `ended_because`: what
    became of the edition, which every report tells first. `deeds` (what, how far) and `quotes` (words that everybody may read) come with
    the pages for a council that a municipality makes for itself.
    """

    cube: bytes
    versions: tuple[tuple[str, str], ...]
    beside: bytes
    composition: bytes
    asked: tuple[tuple[str, str], ...]
    earlier: Earlier
    address: str
    made_on: str
    state: str
    ended_because: str
    deeds: tuple[tuple[str, str], ...] = ()
    quotes: tuple[str, ...] = ()


async def read_report_source(
    database: Database, row: Release, base_url: str, *, municipality: str | None = None
) -> ReportSource:
    """Return what the reports of an edition that was made are composed of; of one `municipality`, or of every one."""
    assert row.manifest is not None
    assert row.made_at is not None
    cube = await read_cube_file(database, row.name, row.edition)
    beside = await read_release_file(database, row.name, row.edition, BESIDE)
    composition = await read_release_file(database, row.name, row.edition, COMPOSITION)
    chosen = await choose_earlier(database, row)
    rounds = {one.round_id: one.municipality for one in await read_rounds(database, row.name, row.edition)}
    sealed = select(PublishedQuestionnaire.content, PublishedQuestionnaire.content_hash).where(
        col(PublishedQuestionnaire.content_hash).in_(row.manifest["questionnaires"])
    )
    async with reading_across(database) as session:
        versions = [(content, digest) for content, digest in await session.exec(sealed)]
        asked = await session.exec(select(Round.id, Round.questionnaire_hash).where(col(Round.id).in_(rounds)))
        hashes = {rounds[round_id]: digest for round_id, digest in asked if round_id is not None}
    taken = row.manifest["snapshots"].keys() & ({municipality} if municipality is not None else hashes.keys())
    day = row.published_on or row.made_at.date()
    return ReportSource(
        cube=cube,
        versions=tuple(sorted(versions, key=lambda one: one[1])),
        beside=beside or b"",
        composition=composition or b"",
        asked=tuple(sorted((code, digest) for code, digest in hashes.items() if code in taken)),
        earlier=await read_earlier(database, chosen, sorted(taken)),
        address=release_address(base_url, row.name, row.edition),
        made_on=day.isoformat(),
        state=row.state,
        ended_because=row.ended_because,
    )


def write_pdf(source: ReportSource, municipality: str, kind: ReportKind) -> bytes:
    """Return the report of a municipality as a tagged PDF: a plain function for a worker process."""
    from exports.pdf.writing import write_pdf as write

    return write(compose(source, municipality, kind))


def write_page(source: ReportSource, municipality: str, kind: ReportKind) -> bytes:
    """Return the same report as the inside of a page."""
    from exports.html import write_html

    return write_html(compose(source, municipality, kind)).encode()


def compose(source: ReportSource, municipality: str, kind: ReportKind) -> Report:
    """Return the report of a municipality without a format."""
    from datetime import date

    from exports.composing import compose_municipality_report
    from exports.findings import ReportContext
    from exports.municipal_report.additions import MAY_BE_READ, Additions, Deed, Quote
    from exports.municipal_report.council import compose_council_page
    from exports.release.reading_back import read_back
    from exports.wording import date_words

    cube, pooled = _opened(source.cube, source.versions, source.beside)
    facts, digest = cube.facts, dict(source.asked)[municipality]
    its = next(one for one in facts.sources if one.municipality == municipality)
    found = read_back(cube, municipality, marks=pooled.marks)
    questionnaire = pooled.codebooks[digest]
    notices = _notices(source, facts)
    context = ReportContext(
        municipality=municipality,
        municipality_name=facts.area(municipality).name,
        # The title stands on every page: what has to be known before anything else goes in front, in capitals.
        round_title=": ".join([*(text.partition(":")[0] for text in notices), facts.title]),
        period=f"{date_words(its.opens_on)} tot en met {date_words(its.closes_on)}",
        simulated=facts.simulated,
        invited=0,  # a release does not tell how many were invited
        submitted=its.submissions or 0,
        counted=its.submissions or 0,
        units={area.area: area.name for area in facts.areas if not area.members},
        questionnaire=questionnaire.questionnaire,
        questionnaire_version=questionnaire.version,
        questionnaire_hash=digest,
        software_version=facts.software,
        made_on=date.fromisoformat(source.made_on),
        address=f"{source.address}/gemeente/{municipality}",
    )
    composed = compose_council_page if kind is ReportKind.COUNCIL else compose_municipality_report
    shared = _shared_codebook(pooled.codebook_for(digest), facts)
    contents = {one: content for content, one in source.versions}
    additions = Additions(
        # Where the number of respondents is hidden, so is who they are.
        composition=None if its.submissions is None else _compositions(source.composition).get(municipality),
        trends=trends_of(source.earlier, Measured(facts, its, (contents[digest], digest)), source.beside),
        bands=found.bands,
        notices=notices,
        deeds=tuple(Deed(what, how_far) for what, how_far in source.deeds),
        quotes=tuple(Quote(text, MAY_BE_READ) for text in source.quotes),
    )
    return composed(found.results, shared, context, additions=additions)


def _notices(source: ReportSource, facts: ReleaseFacts) -> tuple[str, ...]:
    """Return that an edition is a draft, was corrected or was withdrawn, and why, as its files tell it; mostly nothing."""
    from datetime import date

    from exports.release.facts import Seal
    from exports.release.telling import warnings_of

    published = date.fromisoformat(source.made_on) if source.state in PUBLIC else None
    seal = Seal(
        digest="", address=source.address, state=source.state, published_on=published, reason=source.ended_because
    )
    # That it is simulated a report tells in its own way.
    return warnings_of(facts.model_copy(update={"simulated": False}), seal)


def write_all(
    source: ReportSource,
    folder: Path,
    *,
    kinds: Sequence[ReportKind] = tuple(ReportKind),
    processes: int = 1,
    told: Callable[[int, int], None] | None = None,
) -> int:
    """Write the reports of every municipality into a folder, as GM0344-rapport.pdf; return how many. `told` hears (done, all).

    Each process opens the cube once. Nothing of a report that was written stays in memory.
    """
    wanted = [(code, kind) for code, _ in source.asked for kind in kinds]
    for done, _ in enumerate(_written(source, folder, wanted, processes), start=1):
        if told is not None:
            told(done, len(wanted))
    return len(wanted)


def _written(
    source: ReportSource, folder: Path, wanted: Sequence[tuple[str, ReportKind]], processes: int
) -> Iterator[None]:
    if processes <= 1:
        for one in wanted:
            _write_one(source, folder, one)
            yield
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_take, initargs=(source,)) as pool:
        yield from pool.map(_write_taken, [folder] * len(wanted), wanted, chunksize=4)


def _write_one(source: ReportSource, folder: Path, wanted: tuple[str, ReportKind]) -> None:
    code, kind = wanted
    (folder / f"{code}-{kind.value}.pdf").write_bytes(write_pdf(source, code, kind))


# What a process of the pool writes reports of: sent once, not with each report.
_TAKEN: Final[list[ReportSource]] = []


def _take(source: ReportSource) -> None:
    _TAKEN[:] = [source]


def _write_taken(folder: Path, wanted: tuple[str, ReportKind]) -> None:
    _write_one(_TAKEN[0], folder, wanted)


@lru_cache(maxsize=2)
def _opened(cube: bytes, versions: tuple[tuple[str, str], ...], beside: bytes) -> tuple[Cube, Pooled]:
    """Return the cube and the questionnaires of an edition; the same for all of its municipalities."""
    from analysis.pooling import pool_versions
    from exports.release.cube import open_cube

    return open_cube(cube), pool_versions(versions, crosswalks_in(beside))


@lru_cache(maxsize=2)
def _compositions(content: bytes) -> dict[str, Composition]:
    from exports.municipal_report.composition import read_compositions

    return read_compositions(content) if content else {}


def _shared_codebook(codebook: Codebook, facts: ReleaseFacts) -> Codebook:
    """Return the codebook of a municipality without what the release does not hold, such as its own questions."""
    held = {one.indicator for one in facts.indicators} | {one.breakdown for one in facts.breakdowns}
    return replace(
        codebook,
        variables=tuple(one for one in codebook.variables if one.item in held),
        composites=tuple(one for one in codebook.composites if one.composite in held),
    )
