"""Who took part: counts, and who answered beside who was on the list."""

from __future__ import annotations

from exports.blocks import number, percentage
from exports.findings import Findings
from exports.municipal_report.composition import composition_blocks
from exports.municipal_report.summary import hidden_response, response_sentence
from exports.report import Block, Number, Paragraph, Section, Table


def response_section(findings: Findings) -> Section:
    """Return how many clients were asked and took part, and which groups of them did."""
    blocks: list[Block] = [Paragraph(text=response_sentence(findings))]
    if not hidden_response(findings):
        blocks.append(_counts(findings))
        if findings.additions.composition is not None:
            blocks += composition_blocks(findings.additions.composition, floor=findings.floor)
    return Section(title="Wie deden er mee?", blocks=tuple(blocks))


def _counts(findings: Findings) -> Table:
    context = findings.context
    # A release does not tell how many were invited.
    invited: list[tuple[str | Number, ...]] = [("Uitgenodigd", number(context.invited))] if context.invited else []
    rows: list[tuple[str | Number, ...]] = [
        *invited,
        ("Vragenlijst verstuurd", number(context.submitted)),
        ("Meegeteld in de cijfers", number(context.counted)),
    ]
    if context.invited:
        rows.append(("Respons", percentage(context.submitted / context.invited, decimals=1)))
    return Table(title="Aantallen", head=("", "Aantal"), rows=tuple(rows))
