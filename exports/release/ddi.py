"""A release as DDI-Codebook 2.5: every question with its wordings, answers and reasons, and the shares of all together if released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias
from xml.etree.ElementTree import Element  # writes only

from analysis.microdata.records import names_of
from analysis.results import Measure
from exports.release.cube import SealedCube
from exports.release.ddi_study import element, listed, study_of, use_of, written
from exports.release.facts import NATION, Indicator, Option
from exports.release.reading_words import reason_of, theme_of
from exports.release.selecting import Selection, select_figures

# The national figures of everyone, by measure and category.
_Figures: TypeAlias = Mapping[tuple[str, str], Mapping[str, Any]]
_DECIMALS: Final = 6


def write_codebook(release: SealedCube) -> Iterator[bytes]:
    """Yield the codebook of a release, a variable at a time. Figures are those of all municipalities together, as they were released."""
    facts, seal = release.facts, release.seal
    study = study_of(
        facts,
        seal,
        use=use_of(facts, seal),
        kind="Vrijgegeven uitkomsten van een enquête (geaggregeerd)",
        unit="groepen cliënten van een gemeente of gebied",
    )
    return written(_name(facts.release), study, _variables(release))


def _variables(release: SealedCube) -> Iterator[Element]:
    figures = _national(release)
    names = {one: f"V_{name}" for one, name in names_of(it.indicator for it in release.facts.indicators).items()}
    for one in release.facts.indicators:
        yield _variable(one, figures[one.indicator], names)


def _national(release: SealedCube) -> dict[str, _Figures]:
    chosen = select_figures(release.cube, Selection(area=(NATION,), breakdown=("",)))
    found: dict[str, dict[tuple[str, str], Mapping[str, Any]]] = defaultdict(dict)
    for row in chosen.table.to_pylist():
        found[row["indicator"]][row["measure"], row["category"]] = row
    return defaultdict(dict, found)


def _variable(indicator: Indicator, figures: _Figures, names: Mapping[str, str]) -> Element:
    return element(
        "var",
        "",
        element("labl", indicator.label, level="variable"),
        *_questions(indicator),
        *_range(indicator),
        *listed(_invalid(indicator)),
        *listed(element("universe", indicator.universe)),
        *_summary(figures),
        *(_category(one, figures) for one in indicator.options),
        element("verStmt", "", element("version", str(indicator.version))),
        element("concept", theme_of(indicator.theme)),
        *_derivation(indicator, names),
        *_notes(indicator, figures),
        ID=names[indicator.indicator],
        name=indicator.indicator,
        intrvl="contin" if indicator.items else "discrete",
        nature="interval" if indicator.items else "",
    )


def _questions(indicator: Indicator) -> Iterator[Element]:
    """Yield the question in the words of each version that its figures take together; `elementVersion` names the questionnaire."""
    for one in indicator.wordings:
        yield element("qstn", "", element("qstnLit", one.text), elementVersion=one.reference)
    if indicator.question and not indicator.wordings:
        yield element("qstn", "", element("qstnLit", indicator.question))


def _range(indicator: Indicator) -> Iterator[Element]:
    if indicator.items:
        yield element("valrng", "", element("range", UNITS="REAL", min="0", max="100"))


def _invalid(indicator: Indicator) -> Element | None:
    reasons = [element("item", VALUE=one.code) for one in indicator.options if one.reason]
    return element("invalrng", "", *reasons) if reasons else None


def _summary(figures: _Figures) -> Iterator[Element]:
    """Yield the number of valid answers, and the mean or the score; nothing of what was not released."""
    valid = [row["n"] for (measure, _), row in figures.items() if measure != Measure.MISSING and row["n"] is not None]
    if valid:
        yield element("sumStat", str(max(valid)), type="vald", wgtd="not-wgtd")
    mean, score = figures.get((Measure.MEAN.value, "")), figures.get((Measure.SCORE.value, ""))
    if mean and mean["value"] is not None:
        yield element("sumStat", _number(mean["value"]), type="mean", wgtd="wgtd")
    if score and score["value"] is not None:
        yield element("sumStat", _number(score["value"]), type="other", otherType="score", wgtd="wgtd")


def _category(option: Option, figures: _Figures) -> Element:
    measure = Measure.MISSING if option.reason else Measure.CATEGORY
    row = figures.get((measure.value, option.code))
    known = row is not None and row["value"] is not None
    share = (element("catStat", _number(100 * row["value"]), type="percent", wgtd="wgtd"),) if row and known else ()
    missing = {"missing": "Y", "missType": option.reason} if option.reason else {}
    return element(
        "catgry",
        "",
        element("catValu", option.code),
        element("labl", option.label, level="category"),
        *share,
        **missing,
    )


def _derivation(indicator: Indicator, names: Mapping[str, str]) -> Iterator[Element]:
    if indicator.items:
        used = " ".join(names[item] for item in indicator.items if item in names)
        text = f"Gemiddelde score (0-100) van {', '.join(indicator.items)}."
        yield element("derivation", "", element("drvdesc", text), var=used)


def _notes(indicator: Indicator, figures: _Figures) -> Iterator[Element]:
    for one in indicator.breaks:
        kind = "Samen genomen met" if one.pooled else "Reeksbreuk ten opzichte van"
        yield element(
            "notes",
            f"{kind} {one.earlier} in {one.old} (oordeel {one.verdict}: {', '.join(one.reasons)}).",
            type="version",
        )
    for reason in sorted({row["suppression"] for row in figures.values() if row["suppression"]}):
        yield element("notes", f"Landelijk cijfer: {reason_of(reason)}.", type="suppression")


def _number(value: float) -> str:
    """Return a number without the noise of computing.

    >>> _number(100 * 0.07), _number(63.261432)
    ('7', '63.261432')
    """
    return f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")


def _name(release: str) -> str:
    """Return the name of a release as XML takes it for an identifier.

    >>> _name("wmo-2026")
    'R_wmo-2026'
    """
    return f"R_{''.join(sign if sign.isascii() and (sign.isalnum() or sign in '-_.') else '_' for sign in release)}"
