"""What the command line says: figures, mistakes with their cure, and faults of the database."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from exports.report import Report
    from exports.report import Table as ReportTable
    from questionnaires.problems import Problem

# A file or a pipe has no width of its own: wide enough for a table of figures.
OUT: Final = Console(highlight=False, width=None if sys.stdout.isatty() else 132)
_ERRORS: Final = Console(stderr=True, highlight=False, soft_wrap=True)


def print_figures(report: Report) -> None:
    """Print the tables of a report."""
    from exports.report import Table as ReportTable

    OUT.print(f"[bold]{report.title}[/bold]")
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, ReportTable):
                OUT.print(_table(block))


def table_of(
    title: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, note: str = "", names: int = 1
) -> Table:
    """Return a table to print; the first columns (`names`) hold words, the others figures."""
    table = Table(title=title, title_justify="left", caption=note or None, box=box.SIMPLE_HEAD, padding=(0, 1))
    for position, name in enumerate(head):
        table.add_column(name, justify="left" if position < names else "right")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def _table(block: ReportTable) -> Table:
    rows = ([cell if isinstance(cell, str) else cell.text for cell in row] for row in block.rows)
    return table_of(block.title, block.head, rows, note=block.note)


def print_problems(problems: Sequence[Problem]) -> None:
    """Tell mistakes and warnings of an author."""
    for problem in problems:
        _ERRORS.print(str(problem), markup=False)


def fail_with(problems: Sequence[Problem]) -> NoReturn:
    """Tell every mistake of an author, and stop."""
    print_problems(problems)
    number = len(problems)
    fail(f"{number} {'fout' if number == 1 else 'fouten'} gevonden. Er is niets veranderd.")


def warn(message: str) -> None:
    """Tell what could be better; the work goes on."""
    _ERRORS.print(message, style="yellow", markup=False)


def fail(message: str) -> NoReturn:
    """Tell what went wrong and what to do, and stop."""
    _ERRORS.print(message, style="bold red", markup=False)
    sys.exit(1)


@contextmanager
def telling_progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told how many of how many parts are done, and draws a bar for people who watch."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_ERRORS, transient=True) as bar:
        task = bar.add_task(what, visible=False)
        yield lambda done, parts: bar.update(task, completed=done, total=parts, visible=True)


@contextmanager
def telling_database_faults() -> Iterator[None]:
    """Turn a database that is away, or has other tables, into a message with its cure. The address can hold a password."""
    from asyncpg import InvalidAuthorizationSpecificationError, InvalidCatalogNameError, PostgresError
    from sqlalchemy.exc import DBAPIError, OperationalError

    from ceo.storage.migrating import DatabaseNotCurrentError

    try:
        yield
    except DatabaseNotCurrentError:
        fail("De database is leeg of hoort bij een andere versie van CEO. Voer eerst uit: ceo migrate")
    except (OSError, DBAPIError, PostgresError) as error:
        told = error.driver_exception if isinstance(error, DBAPIError) else error
        if isinstance(told, (InvalidAuthorizationSpecificationError, InvalidCatalogNameError)):
            fail("De database laat ons niet binnen. Kloppen de naam, de rol en het wachtwoord in CEO_DATABASE_URL?")
        if isinstance(error, DBAPIError) and not isinstance(error, OperationalError):
            raise
        cause = type(error).__name__
        fail(f"De database is niet bereikbaar ({cause}). Draait zij, en klopt CEO_DATABASE_URL? Er is niets veranderd.")
