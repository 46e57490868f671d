"""Asking the disclosure policy whether groups may be shown that are, or stand for, providers. A plain function for a thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

from ceo.workflows.activities.changes import RefusedByPolicy

if TYPE_CHECKING:
    from analysis.plan import AnalysisPlan
    from questionnaires.modules import Act
    from questionnaires.questionnaire import Questionnaire

_PROVIDER: Final = "provider"


def laws_of(versions: dict[str, Questionnaire], used: Iterable[tuple[str, Act | None]]) -> frozenset[Act | None]:
    """Return the laws under which people answered, None where nobody named one.

    `versions`: questionnaires by content hash; `used`: which of them a round asked, with the law that the plan of that round names. The law
    of a questionnaire always wins, and counts also where nobody filled it in.
    """
    own = {one.act for one in versions.values() if one.act is not None}
    return frozenset(own | {law for version, law in used if versions[version].act is None})


def refuse_providers(plan: AnalysisPlan, laws: Collection[Act | None]) -> RefusedByPolicy | None:
    """Return the refusal of the policy when figures by provider are forbidden under any of these laws; None when they may be made.

    The plan decides, with the policy of its profile: no page and no switch goes before it. Where nobody named a law
    (None), it counts as every law.
    """
    from analysis.plan import Act

    for law in sorted(laws, key=str):
        act = Act(law) if law else None
        asked = plan.model_copy(update={"act": act, "provider": _PROVIDER, "subgroups": (_PROVIDER,)})
        if asked.forbidden_subgroups:
            return RefusedByPolicy(law or "")
    return None
