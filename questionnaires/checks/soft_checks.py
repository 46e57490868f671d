"""Checks of the soft checks of items: their expressions fit, and read only what has been asked by then (D01, D02, D03, D08)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from questionnaires.checks.asked import AskedItem, asked_items
from questionnaires.checks.reading import declared_in, readable_by
from questionnaires.expressions.kinds import BOOL
from questionnaires.expressions.reading_checks import Readable, check_expression
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly


def check_soft_checks(assembly: Assembly) -> Iterator[Problem]:
    """Yield every problem of the soft checks of the items that are asked.

    A soft check may read items of its own page and of earlier ones. What is wrong with it depends on the questionnaire, so
    it is told where the item is asked.
    """
    declared = declared_in(assembly)
    readable = {part.content.reference: readable_by(part, assembly, declared, frozenset()) for part in assembly.parts}
    asked: frozenset[str] = frozenset()
    for _, page in groupby(asked_items(assembly), key=lambda one: one.page_number):
        items = tuple(page)
        asked |= {one.item.id for one in items}
        for one in items:
            yield from _check_item(one, replace(readable[one.placed.page.part], earlier=asked))


def _check_item(one: AskedItem, readable: Readable) -> Iterator[Problem]:
    for number, check in enumerate(one.item.soft_checks):
        for finding in check_expression(check.when, BOOL, readable):
            place = ("soft_checks", number, "when", *finding.place)
            cause = f"De zachte controle {check.id} van {one.item.reference}: {finding.cause}"
            yield one.problem(place, finding.code, cause, finding.cure)
