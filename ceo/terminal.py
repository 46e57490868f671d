"""Figures of a report as a table in the terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table

from exports.report import Number, Report
from exports.report import Table as ReportTable


def print_figures(report: Report, console: Console) -> None:
    """Print the tables of a report."""
    console.print(f"[bold]{report.title}[/bold]")
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, ReportTable):
                console.print(_table(block))


def _table(block: ReportTable) -> Table:
    table = Table(
        title=block.title, title_justify="left", caption=block.note or None, box=box.SIMPLE_HEAD, padding=(0, 1)
    )
    for position, head in enumerate(block.head):
        table.add_column(head, justify="left" if position == 0 else "right")
    for row in block.rows:
        table.add_row(*(cell.text if isinstance(cell, Number) else cell for cell in row))
    return table
