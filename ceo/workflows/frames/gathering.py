"""From the bytes of a list to people, or to everything that is wrong with it. Pure, and long: for a thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ceo.workflows.frames.checking import ListRules, read_clients
from ceo.workflows.frames.choices import ListOrder
from ceo.workflows.frames.faults import FaultTally
from ceo.workflows.frames.listed import ListedClient, ListFault
from ceo.workflows.frames.merging import MergeRules, Merging
from ceo.workflows.frames.reading import ListKind, open_list
from ceo.workflows.frames.rows import UnreadableListError


class Gathered:
    """The people of a list, or what is wrong with it. `tally` counts what a delivery of messages left out, and why."""

    def __init__(self, merging: Merging, faults: FaultTally) -> None:
        self.merging = merging
        self.faults = faults
        self.tally: Counter[str] = Counter()


def gather_people(
    pieces: Iterator[bytes], order: ListOrder, rules: MergeRules, names: Mapping[tuple[str, str], str]
) -> Gathered:
    """Return the people of a list that comes in pieces, and everything that is wrong with it."""
    gathered = Gathered(Merging(rules), FaultTally(order.columns))
    try:
        for found in _lines(pieces, order, names, gathered.tally, rules.municipality):
            if isinstance(found, ListFault):
                gathered.faults.add(found)
            else:
                for fault in gathered.merging.add(found):
                    gathered.faults.add(fault)
    except UnreadableListError as error:
        gathered.faults.add(ListFault(error.line, "", error.code))
    if not len(gathered.merging) and not gathered.faults:
        gathered.faults.add(ListFault(0, "", "empty"))
    return gathered


def _lines(
    pieces: Iterator[bytes],
    order: ListOrder,
    names: Mapping[tuple[str, str], str],
    tally: Counter[str],
    municipality: str,
) -> Iterator[ListedClient | ListFault]:
    opened = open_list(pieces)
    if opened.kind is ListKind.MESSAGES:
        from ceo.workflows.frames.messages.reading import read_messages

        yield from read_messages([("", opened.pieces)], names, municipality=municipality, tally=tally)
    elif order.columns is None:
        yield ListFault(0, "", "no-list")
    else:
        rules = ListRules(order.columns, today=order.today, act=order.choices.act)
        yield from read_clients(opened.rows(), rules)
