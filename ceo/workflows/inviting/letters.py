"""The job that writes letters: a PDF for each 500 people, ready to be printed and put into envelopes with a window."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ceo.storage.kept_files import FilePurpose
from ceo.storage.letters import LetterKind
from ceo.workflows.inviting.batches import Addressed, BatchForm, make_batches, round_to_write_for, today_of
from ceo.workflows.inviting.letter_paper import Paper, address_lines, letter_problems, read_paper
from ceo.workflows.inviting.orders import Order
from ceo.workflows.jobs.working import JobFailedError, Working

# The words do not fit on one page, or the house style does not fit above the window: the page of letters tells which.
DOES_NOT_FIT: Final = "letter-does-not-fit"
PDF: Final = "application/pdf"
NAMES: Final = {LetterKind.INVITATION: "brieven", LetterKind.REMINDER: "herinneringen"}


async def make_letters(working: Working) -> Mapping[str, Any]:
    """Write letters to everybody who is left, in files of 500; return how many people and files."""
    its_round = await round_to_write_for(working)
    order = Order.of(working.payload)
    paper = await read_paper(working.database, working.settings, its_round, order.kind, today=today_of(working))
    if await asyncio.to_thread(letter_problems, paper):
        raise JobFailedError(DOES_NOT_FIT)
    return await make_batches(working, order, _form(paper, its_round.measurement), action="letters.made")


def _form(paper: Paper, measurement: str) -> BatchForm:
    from exports.letters.laying_out import place_address
    from exports.letters.letter import Letter
    from exports.letters.writing import BATCH, write_letters

    words, look, identity = paper.words, paper.look, paper.identity

    def write(batch: Sequence[Addressed]) -> bytes:
        letters = [Letter(address_lines(one.contact), one.code, one.link, words) for one in batch]
        return write_letters(letters, look, identity)

    return BatchForm(
        purpose=FilePurpose.LETTERS,
        media_type=PDF,
        size=BATCH,
        name=lambda number, people: f"{NAMES[paper.kind]}-{measurement}-{number:02}-{people}-stuks.pdf",
        write=write,
        takes=lambda one: place_address(address_lines(one.contact), look) is not None,
    )
