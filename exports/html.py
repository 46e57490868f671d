"""A report as a fragment of a web page: headings from h2 down, classes only, everything escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import count
from typing import assert_never

from exports.report import (
    SIMULATED_MARK,
    Block,
    Bullets,
    Chart,
    DistributionChart,
    FunnelChart,
    IntervalChart,
    Number,
    Paragraph,
    Quotation,
    Report,
    Section,
    Subheading,
    Table,
    TrendChart,
)


def write_html(report: Report) -> str:
    """Return the report without its title: the page around it holds the h1, the layout and the style sheet."""
    numbers = count(1)
    simulated = f'<p class="report-simulated">{SIMULATED_MARK}</p>' if report.simulated else ""
    summary = "".join(f"<li>{escape(sentence)}</li>" for sentence in report.summary)
    sections = "".join(_section(section, numbers) for section in report.sections)
    return (
        f'<div class="report" lang="{escape(report.language)}"><p class="report-subtitle">{escape(report.subtitle)}</p>'
        f'{simulated}<section class="report-summary" aria-labelledby="report-summary">'
        f'<h2 id="report-summary">Het belangrijkste in het kort</h2><ul>{summary}</ul></section>{sections}'
        f"{_source(report, numbers)}</div>"
    )


def _section(section: Section, numbers: Iterator[int]) -> str:
    name = f"report-section-{next(numbers)}"
    blocks = "".join(_block(block, numbers) for block in section.blocks)
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(section.title)}</h2>{blocks}</section>'


def _source(report: Report, numbers: Iterator[int]) -> str:
    name = f"report-section-{next(numbers)}"
    rows = "".join(f"<div><dt>{escape(term)}</dt><dd>{_linked(text)}</dd></div>" for term, text in report.source)
    return (
        f'<section class="report-source" aria-labelledby="{name}"><h2 id="{name}">Bron en verantwoording</h2>'
        f"<dl>{rows}</dl></section>"
    )


def _linked(text: str) -> str:
    """Return escaped text; an address on the web as a link.

    >>> _linked("https://ceo.example/x?a=1&b=2")
    '<a href="https://ceo.example/x?a=1&amp;b=2">https://ceo.example/x?a=1&amp;b=2</a>'
    """
    safe = escape(text)
    return f'<a href="{safe}">{safe}</a>' if text.startswith(("https://", "http://")) else safe


def _block(block: Block, numbers: Iterator[int]) -> str:
    match block:
        case Paragraph():
            return f"<p>{escape(block.text)}</p>"
        case Bullets():
            return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in block.items) + "</ul>"
        case Subheading():
            return f"<h3>{escape(block.text)}</h3>"
        case Quotation():
            return f'<blockquote class="report-quote"><p>{escape(block.text)}</p></blockquote>'
        case Table():
            return _table(block)
        case DistributionChart() | IntervalChart() | FunnelChart() | TrendChart():
            return _figure(block, f"report-chart-{next(numbers)}")
        case _:
            assert_never(block)


def _figure(chart: Chart, name: str) -> str:
    from exports.svg import chart_svg

    return (
        f'<figure class="report-figure"><figcaption>{escape(chart.title)}</figcaption>{chart_svg(chart, name)}'
        f"<details><summary>Bekijk de cijfers als tabel</summary>{_table(chart.table)}</details></figure>"
    )


def _table(table: Table) -> str:
    title = escape(table.title)
    numeric = [any(isinstance(row[column], Number) for row in table.rows) for column in range(len(table.head))]
    # The first column may name a row with text of its own: an empty corner is a cell, not a heading.
    head = "".join(_head(text, number=number) for text, number in zip(table.head, numeric, strict=True))
    rows = "".join(_row(row, numeric) for row in table.rows)
    note = f'<p class="report-note">{escape(table.note)}</p>' if table.note else ""
    return (
        f'<div class="report-scroll" role="region" aria-label="Tabel: {title}" tabindex="0"><table>'
        f"<caption><span>{title}</span></caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{note}"
    )


def _head(text: str, *, number: bool) -> str:
    classes = ' class="number"' if number else ""
    return f'<th scope="col"{classes}>{escape(text)}</th>' if text else "<td></td>"


def _row(row: tuple[str | Number, ...], numeric: list[bool]) -> str:
    first, *others = row
    cells = "".join(_cell(cell, number=number) for cell, number in zip(others, numeric[1:], strict=True))
    name = first.text if isinstance(first, Number) else first
    return f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'


def _cell(cell: str | Number, *, number: bool) -> str:
    classes = ' class="number"' if number else ""
    return f"<td{classes}>{escape(cell.text if isinstance(cell, Number) else cell)}</td>"
