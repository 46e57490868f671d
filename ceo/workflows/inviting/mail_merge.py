"""The job that makes a list for a printer of the municipality's own choice: addresses, codes and links, as CSV or XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ceo.storage.kept_files import FilePurpose
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.inviting.batches import Addressed, BatchForm, make_batches, round_to_write_for
from ceo.workflows.inviting.fixed_words import RoundFacts, day_words, read_facts
from ceo.workflows.inviting.language_lines import language_lines
from ceo.workflows.inviting.letters import NAMES
from ceo.workflows.inviting.orders import Order
from ceo.workflows.jobs.working import Working

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Rows of a file. All of them are in memory at a time.
_BATCH: Final = 2000
_HEAD: Final = (
    "naam",
    "schrijven_aan",
    "straat_en_nummer",
    "postcode",
    "plaats",
    "code",
    "link",
    "website",
    "meedoen_tot_en_met",
    "andere_talen",
)


async def make_mail_merge(working: Working) -> Mapping[str, Any]:
    """Make lists of everybody who is left to write to, 2,000 in a file; return how many people and files."""
    its_round = await round_to_write_for(working)
    order = Order.of(working.payload)
    async with tenant_reading(working.database, working.municipality) as session:
        facts = await read_facts(session, working.settings, its_round)
    is_csv = order.file_format == "csv"
    write = write_csv if is_csv else write_xlsx
    suffix = "csv" if is_csv else "xlsx"
    form = BatchForm(
        purpose=FilePurpose.MAIL_MERGE,
        media_type=CSV if is_csv else XLSX,
        size=_BATCH,
        name=lambda number, people: f"{NAMES[order.kind]}-{its_round.measurement}-{number:02}-{people}-regels.{suffix}",
        write=lambda batch: write(_rows(facts, batch)),
    )
    return await make_batches(working, order, form, action="mail-merge.made")


def write_csv(rows: Sequence[Sequence[str]]) -> bytes:
    r"""Return rows as a file that spreadsheets and printers read. What begins like a formula is told to be text.

    >>> write_csv([("naam",), ("=1+1",)]).decode("utf-8-sig")
    "naam\r\n'=1+1\r\n"
    """
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerows([f"'{cell}" if cell[:1] in tuple("=+-@\t") else cell for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as a workbook with text cells only: no number loses its first zero, and nothing is a formula."""
    from xlsxwriter import Workbook

    written = io.BytesIO()
    with Workbook(written, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("adressen")
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return written.getvalue()


def _rows(facts: RoundFacts, batch: Sequence[Addressed]) -> list[Sequence[str]]:
    until = day_words(facts.closes_on)
    lines = " | ".join(line.text for line in language_lines(facts.languages, facts.shown_address))
    rows = [
        (
            one.contact.name,
            one.contact.care_of,
            one.contact.street,
            one.contact.postcode,
            one.contact.place,
            one.code,
            one.link,
            facts.shown_address,
            until,
            lines,
        )
        for one in batch
    ]
    return [_HEAD, *rows]
