"""Commands about long work: the worker that does it, and the list of jobs."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from ceo.cli.inputs import given_settings
from ceo.cli.places import all_places, require_place, work_on
from ceo.cli.serving import require_servable
from ceo.clock import DUTCH_TIME, now
from ceo.terminal import OUT, fail, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.storage.jobs import Job, JobState
    from ceo.workflows.jobs.deciding import Decided
    from ceo.workflows.jobs.taking import Taken
    from ceo.workflows.jobs.worker import Watcher

# As the record of a municipality names who did it.
_ACTOR: Final = "ceo jobs"
_MOST: Final = 50
_OUTCOMES: Final = {"done": "klaar", "failed": "mislukt", "cancelled": "gestopt", "waiting": "gaat later verder"}
_ELSEWHERE: Final = "niet meer van deze worker"
_DECIDED: Final = {
    "stopped": "De taak is gestopt.",
    "stops-soon": "De taak stopt zodra zij klaar is met de stap waar zij aan werkt.",
    "waits-again": "De taak wacht weer op een worker.",
}
_REFUSED: Final = {
    "too-late": "Dat kan niet: de taak is al klaar of gestopt, of wacht al. Kijk met: ceo jobs",
    "same-is-busy": "Er wacht of loopt al een taak die hetzelfde doet. Wacht tot die klaar is.",
}


class _Work(Protocol):
    """One of the ways to work; returns how many tries it took."""

    async def __call__(self, database: Database, settings: Settings, watcher: Watcher, /) -> int: ...


class _Deciding(Protocol):
    """One of the things that people decide about a job."""

    async def __call__(
        self, database: Database, municipality: str, job_id: str, /, *, actor: str, now: datetime
    ) -> Decided | None: ...


@click.command()
@click.option("--until-empty", is_flag=True, help="Doe wat er nu wacht, en stop dan.")
def worker(*, until_empty: bool) -> None:
    """Doe het lange werk dat op de website is gevraagd: lijsten inlezen, steekproeven, brieven, e-mail, uitgaven maken.

    Laat er minstens één draaien naast ceo serve. Meer tegelijk mag, ook op andere servers: elke taak wordt één keer gedaan.
    Bij stoppen (Ctrl+C) maakt hij af waar hij mee bezig is, of geeft het na 20 seconden terug.
    """
    from ceo.logs import set_up_logs

    settings = given_settings()
    set_up_logs(settings)
    require_servable(settings)
    tries = asyncio.run(_run(settings, _work_off if until_empty else _work))
    if until_empty:
        OUT.print(f"Er wacht niets meer. Aantal keer gewerkt aan een taak: {tries}.")


async def _run(settings: Settings, work: _Work) -> int:
    from ceo.storage.database import open_database

    async with open_database(settings.database_url) as database:
        names = {place.code: place.name for place in await all_places(database)}
        with _watching(settings, names) as watcher:
            return await work(database, settings, watcher)


async def _work(database: Database, settings: Settings, watcher: Watcher) -> int:
    from ceo.workflows.jobs.worker import work
    from ceo.workflows.releases.when_asked import make_when_asked

    stopping = asyncio.Event()
    _on_signals(stopping.set)
    await asyncio.gather(
        work(database, settings, clock=now, stopping=stopping, watcher=watcher),
        make_when_asked(database, settings, clock=now, stopping=stopping),
    )
    return 0


async def _work_off(database: Database, settings: Settings, watcher: Watcher) -> int:
    from ceo.workflows.jobs.worker import work_off
    from ceo.workflows.releases.making import make_asked
    from ceo.workflows.releases.ready import make_files_ready

    async def do_all() -> int:
        tries = await work_off(database, settings, clock=now, watcher=watcher)
        tries += await make_asked(database, settings, clock=now)
        await make_files_ready(database, settings)
        return tries

    working = asyncio.create_task(do_all())
    _on_signals(working.cancel)
    try:
        return await working
    except asyncio.CancelledError:
        fail("Gestopt. Waar aan gewerkt werd, wacht weer.")


def _on_signals(stop: Callable[[], object]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)


@contextmanager
def _watching(settings: Settings, names: Mapping[str, str]) -> Iterator[Watcher]:
    """Give who tells what the worker does: bars for people, lines for a pipe; in production the log of the worker itself tells it."""
    from ceo.workflows.jobs.worker import NOBODY

    if OUT.is_terminal:
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=OUT, transient=True) as bars:
            yield _Bars(bars, names)
    elif settings.logs_as == "text":
        yield _Lines(names)
    else:
        yield NOBODY


class _Lines:
    """Tells of each try with a line."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def began(self, taken: Taken) -> None:
        """Say nothing yet."""

    def progressed(self, taken: Taken, progress: int, size: int) -> None:
        """Say nothing yet."""

    def ended(self, taken: Taken, state: JobState | None) -> None:
        """Say what became of it."""
        outcome = _OUTCOMES[state] if state is not None else _ELSEWHERE
        OUT.print(f"{self.named(taken)}: {outcome}", markup=False)

    def named(self, taken: Taken) -> str:
        """Return what is done, and for whom."""
        from ceo.web.staff.fieldwork.job_words import kind_words

        return f"{kind_words(taken.kind)} ({self._names.get(taken.municipality, taken.municipality)})"


class _Bars(_Lines):
    """Shows a bar for what runs, and a line for each try that ended."""

    def __init__(self, bars: Progress, names: Mapping[str, str]) -> None:
        super().__init__(names)
        self._bars = bars
        self._running: dict[str, TaskID] = {}

    def began(self, taken: Taken) -> None:
        """Show a bar."""
        self._running[taken.lease] = self._bars.add_task(self.named(taken), total=None)

    def progressed(self, taken: Taken, progress: int, size: int) -> None:
        """Let it grow."""
        self._bars.update(self._running[taken.lease], completed=progress, total=size or None)

    def ended(self, taken: Taken, state: JobState | None) -> None:
        """Take it away."""
        self._bars.remove_task(self._running.pop(taken.lease))
        super().ended(taken, state)


class _CommandOrList(click.Group):
    """A group whose first word may also be what its command `list` takes: `ceo jobs Utrecht`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before words that name no command."""
        names_command = bool(args) and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if names_command else ["list", *args])


@click.group(cls=_CommandOrList)
def jobs() -> None:
    """De taken van de worker: ceo jobs, of ceo jobs Utrecht."""


@jobs.command("list")
@click.argument("municipality", required=False, metavar="[GEMEENTE]")
def list_them(municipality: str | None) -> None:
    """Toon de nieuwste taken, van alle gemeenten of van één."""
    from ceo.workflows.jobs.listing import newest_jobs

    async def run(database: Database, _: Settings) -> tuple[Sequence[Job], dict[str, str]]:
        names = {place.code: place.name for place in await all_places(database)}
        code = (await require_place(database, municipality)).code if municipality else None
        return await newest_jobs(database, municipality=code, most=_MOST), names

    found, names = work_on(run)
    if not found:
        OUT.print("Er zijn geen taken.")
        return
    head = ("Taak", "Van", "Wat", "Stand", "Fout", "Gevraagd op", "Voortgang", "Pogingen")
    OUT.print(table_of("Taken, de nieuwste eerst", head, [_row(job, names) for job in found], names=6))


def _row(job: Job, names: Mapping[str, str]) -> tuple[str, ...]:
    from ceo.web.staff.fieldwork.job_words import kind_words, state_words

    return (
        job.id,
        names.get(job.municipality, job.municipality),
        kind_words(job.kind),
        state_words(job),
        job.fault or "",
        job.made_at.astimezone(DUTCH_TIME).strftime("%Y-%m-%d %H:%M"),
        f"{job.progress} van {job.size}" if job.size else "",
        str(job.tries),
    )


@jobs.command()
@click.argument("job_id", metavar="TAAK")
def cancel(job_id: str) -> None:
    """Stop een taak. Wat al gedaan is, blijft gedaan."""
    from ceo.workflows.jobs.deciding import cancel_job

    _tell(_decide(job_id, cancel_job))


@jobs.command()
@click.argument("job_id", metavar="TAAK")
def retry(job_id: str) -> None:
    """Probeer een taak opnieuw die mislukt of gestopt is. Zij gaat verder waar zij was."""
    from ceo.workflows.jobs.deciding import try_job_again

    _tell(_decide(job_id, try_job_again))


def _decide(job_id: str, decide: _Deciding) -> Decided:
    from ceo.workflows.jobs.listing import place_of_job

    async def run(database: Database, _: Settings) -> Decided | None:
        municipality = await place_of_job(database, job_id)
        if municipality is None:
            return None
        return await decide(database, municipality, job_id, actor=_ACTOR, now=now())

    decided = work_on(run)
    if decided is None:
        fail(f"De taak {job_id} is er niet. De nummers staan in: ceo jobs")
    return decided


def _tell(decided: Decided) -> None:
    if decided in _REFUSED:
        fail(_REFUSED[decided])
    OUT.print(_DECIDED[decided])
