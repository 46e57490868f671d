"""How a version of a question compares with the version before it, when only the question counts and not what stands around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ceo.workflows.question_bank.questions import Wording
from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.comparability.reasons import ItemVerdict
from questionnaires.comparability.verdicts import compare_versions
from questionnaires.expressions.tree import calculations_in, items_read
from questionnaires.publishing import PublishedVersion
from questionnaires.questionnaire import Page, Questionnaire

_PART: Final = "nl.vragenbank@1"
# Every comparison asks the question in both registers and with the same local names.
_REGISTERS: Final = ("standard", "easy")


def compare_wordings(
    old: Wording, new: Wording, others: Mapping[str, Wording], crosswalks: Sequence[Crosswalk]
) -> ItemVerdict:
    """Return the verdict on two versions of a question. `others` are the newest wordings of other questions, by id.

    Both versions are asked by themselves, behind the questions that they quote an answer of; so routing and order never count.
    """
    quoted = {pipe.answer for one in (old, new) for pipe in one.item.pipes.values()}
    quoted |= {name for one in (old, new) for check in one.item.soft_checks for name in items_read(check.when)}
    around = [others[name] for name in sorted(quoted - {new.item.id}) if name in others]
    before, now = (_version(_without_calculations(one), around) for one in (old, new))
    return compare_versions(before, now, crosswalks).verdict(new.item.id)


def _version(wording: Wording, around: Iterable[Wording]) -> PublishedVersion:
    asked = [*around, wording]
    scales = {one.scale.reference: one.scale for one in asked if one.scale is not None}
    items = tuple(one.item for one in asked)
    questionnaire = Questionnaire(
        id="nl.vragenbank",
        version=1,
        title="Vragenbank",
        parts=(_PART,),
        registers=_REGISTERS,
        params={name: name for item in items for name in item.params},
        concepts=(),
        scales=tuple(scales.values()),
        items=items,
        pages=tuple(Page(id=f"p{number}", part=_PART, items=(item.id,)) for number, item in enumerate(items)),
    )
    return PublishedVersion(questionnaire, "", "")


def _without_calculations(wording: Wording) -> Wording:
    """Leave out the soft checks that use a calculation: those belong to a module, not to a question."""
    kept = tuple(check for check in wording.item.soft_checks if not any(calculations_in(check.when)))
    return replace(wording, item=wording.item.model_copy(update={"soft_checks": kept}))
