"""Disclosure policy: what may be shown of how many people. Versioned data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DisclosurePolicy:
    """Floors below which nothing leaves. `floor` is the smallest number of respondents in a shown cell."""

    floor: int = 10
    version: str = "1"
