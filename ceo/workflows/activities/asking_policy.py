"""Asking the disclosure policy whether groups may be shown that are, or stand for, providers. A plain function for a thread."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from ceo.workflows.activities.changes import RefusedByPolicy

if TYPE_CHECKING:
    from analysis.plan import AnalysisPlan

_PROVIDER: Final = "provider"


def refuse_providers(plan: AnalysisPlan, laws: Collection[str | None]) -> RefusedByPolicy | None:
    """Return the refusal of the policy when figures by provider are forbidden under any of these laws; None when they may be made.

    The plan decides, with the policy of its profile: no page and no switch goes before it. A questionnaire without a law counts as one of
    every law.
    """
    from analysis.plan import Act

    for law in sorted(laws, key=str):
        act = Act(law) if law else None
        asked = plan.model_copy(update={"act": act, "provider": _PROVIDER, "subgroups": (_PROVIDER,)})
        if asked.forbidden_subgroups:
            return RefusedByPolicy(law or "")
    return None
