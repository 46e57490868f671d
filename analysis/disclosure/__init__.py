"""Disclosure control: the only way from results to something that may be shown.

`primary` says what is unsafe by itself, `complement` what gives it away, `audit` and `circles` prove that nothing does.
"""

from analysis.disclosure.asking import Group, Refusal, refuse_group
from analysis.disclosure.protecting import protect, publish
from analysis.disclosure.publication import Publication, groups_of

__all__ = ["Group", "Publication", "Refusal", "groups_of", "protect", "publish", "refuse_group"]
