"""Changes of the answer options: which there are, what they are called and what they count for.

Codes may go and come with a full mapping where people choose a category. On a rating scale they may not: who has four
points instead of five spreads answers anew, and no mapping tells how. Only a bridging sample does (see `easing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from questionnaires.comparability.crosswalks import Crosswalk, EvidenceKind, fit_mapping
from questionnaires.comparability.measurement import Measurement, Option
from questionnaires.comparability.reasons import Change, Reason, reason


def option_changes(
    before: Measurement, now: Measurement, crosswalks: Sequence[Crosswalk], *, repaired: bool
) -> Iterator[Reason]:
    """Yield what changed in the answer options of items of the same kind. `repaired`: texts differ in spelling only."""
    both = tuple(code for code in before.options if code in now.options)
    mapped = _full_mapping(before, now, crosswalks)
    # With another number of points, the values of all of them move: that is told once.
    rescaled = before.points != now.points and bool(before.points and now.points)
    if mapped is not None:
        yield from _category_changes(before, now, mapped)
        both = tuple(code for code in both if _sources(mapped, code) == (code,) == mapped.mapping[code])
    elif rescaled:
        yield reason(Change.POINTS, before=f"{before.points}", now=f"{now.points}")
    else:
        yield from _set_changes(before, now)
    for code in both:
        yield from _meaning_changes(before.options[code], now.options[code], repaired=repaired, rescaled=rescaled)
    yield from _missing_changes(before, now, repaired=repaired)


def _full_mapping(before: Measurement, now: Measurement, crosswalks: Sequence[Crosswalk]) -> Crosswalk | None:
    """Return the crosswalk that tells of every category what became of it; None when nothing changed or no one tells."""
    if before.options.keys() == now.options.keys() or before.points != now.points:
        return None
    full = (one for one in crosswalks if one.evidence.kind is EvidenceKind.FULL_MAPPING)
    return next((one for one in full if fit_mapping(one.mapping, before.options, now.options).full), None)


def _category_changes(before: Measurement, now: Measurement, crosswalk: Crosswalk) -> Iterator[Reason]:
    for code, became in crosswalk.mapping.items():
        texts = tuple(now.options[one].text for one in became)
        if len(became) > 1:
            yield reason(Change.CATEGORY_SPLIT, old=before.options[code].text, new=texts, crosswalk=crosswalk.id)
        elif became != (code,) and len(_sources(crosswalk, became[0])) == 1:
            yield reason(Change.CATEGORY_RENAMED, old=before.options[code].text, new=texts, crosswalk=crosswalk.id)
    for code, option in now.options.items():
        sources = _sources(crosswalk, code)
        if len(sources) > 1:
            texts = tuple(before.options[one].text for one in sources)
            yield reason(Change.CATEGORY_MERGED, old=texts, new=option.text, crosswalk=crosswalk.id)


def _sources(crosswalk: Crosswalk, code: str) -> tuple[str, ...]:
    return tuple(source for source, became in crosswalk.mapping.items() if code in became)


def _set_changes(before: Measurement, now: Measurement) -> Iterator[Reason]:
    added = tuple(option.text for code, option in now.options.items() if code not in before.options)
    removed = tuple(option.text for code, option in before.options.items() if code not in now.options)
    if added:
        yield reason(Change.OPTIONS_ADDED, new=added)
    if removed:
        yield reason(Change.OPTIONS_REMOVED, old=removed)


def _meaning_changes(was: Option, became: Option, *, repaired: bool, rescaled: bool) -> Iterator[Reason]:
    if was.text != became.text:
        yield _other_text(was.text, became.text, repaired=repaired)
    if was.value != became.value and not rescaled:
        yield reason(Change.OPTION_VALUE, option=became.text, before=_number(was.value), now=_number(became.value))
    if was.stance != became.stance:
        yield reason(Change.OPTION_STANCE, option=became.text, before=was.stance, now=became.stance)
    if was.alone != became.alone:
        yield reason(Change.OPTION_ALONE, option=became.text)


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value}"


def _missing_changes(before: Measurement, now: Measurement, *, repaired: bool) -> Iterator[Reason]:
    for kind, text in now.missing.items():
        if kind not in before.missing:
            yield reason(Change.MISSING_ADDED, new=text)
        elif before.missing[kind] != text:
            yield _other_text(before.missing[kind], text, repaired=repaired)
    for kind, text in before.missing.items():
        if kind not in now.missing:
            yield reason(Change.MISSING_REMOVED, old=text)


def _other_text(old: str, new: str, *, repaired: bool) -> Reason:
    return reason(Change.OPTION_SPELLING if repaired else Change.OPTION_TEXT, old=old, new=new)
