"""The code lists of a release in SDMX: its areas, questions, groups and answers with their labels, and the words for everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from analysis.results import Measure
from exports.release.cube import SealedCube
from exports.release.facts import Break, Indicator
from exports.release.reading_words import MEASURE_WORDS, reason_of
from exports.release.sdmx_components import COMPONENTS, CONF_STATUS_WORDS, OBS_STATUS_WORDS, Content
from exports.release.sdmx_names import AGENCY, TOTAL, code_of, structure_id, version_of
from exports.wording import METHOD_WORDS, NOT_ESTIMABLE_WORDS, SUPPRESSED_WORDS, number_words

if TYPE_CHECKING:
    from pysdmx.model import Annotation, Code, Codelist

LABELS: Final[Mapping[str, str]] = {
    "AREA": "Gebieden",
    "INDICATOR": "Vragen en themascores",
    "MEASURE": "Soorten cijfers",
    "CATEGORY": "Antwoorden, redenen en kwantielen",
    "BREAKDOWN": "Uitsplitsingen",
    "LEVEL": "Groepen in een uitsplitsing",
    "METHOD": "Manieren om een interval te maken",
    "INFERENCE": "Waarover een interval gaat",
    "REASON": "Redenen waarom er geen cijfer is",
    "BAND": "Plaatsen tussen alle gemeenten",
    "OBS_STATUS": "Status van een cijfer",
    "CONF_STATUS": "Vertrouwelijkheid",
}
_INFERENCES: Final = {"finite": "de cliënten van dit jaar", "process": "de dienst achter de cliënten"}
_BANDS: Final = {
    "much_worse": "veel lager dan verwacht",
    "worse": "lager dan verwacht",
    "as_expected": "zoals verwacht",
    "better": "hoger dan verwacht",
    "much_better": "veel hoger dan verwacht",
    "few_respondents": "niet geplaatst: te weinig antwoorden",
    "unreliable": "niet geplaatst: het cijfer zegt meer over toeval dan over de gemeente",
    "no_variation": "niet geplaatst: het cijfer heeft geen spreiding",
    "too_few_units": "niet geplaatst: te weinig gemeenten",
}
_REASONS: Final = {code: reason_of(code) for code in (*NOT_ESTIMABLE_WORDS, *SUPPRESSED_WORDS)}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "MEASURE": {measure.value: MEASURE_WORDS[measure] for measure in Measure},
    "METHOD": {method.value: words for method, words in METHOD_WORDS.items()},
    "INFERENCE": _INFERENCES,
    "REASON": _REASONS,
    "BAND": _BANDS,
}


def codelists_of(release: SealedCube) -> dict[str, Codelist]:
    """Return every code list by its short name. They hold what the release can say, also where no figure says it."""
    from pysdmx.model import Codelist

    facts = release.facts
    found = {
        "AREA": _areas(release),
        "INDICATOR": _indicators(release),
        "CATEGORY": _categories(release),
        "BREAKDOWN": _breakdowns(release),
        "LEVEL": _levels(release),
        **{name: _worded(release, name) for name in _WORDS},
    }
    lists = {
        name: Codelist(
            id=structure_id(f"CL_{name}", facts.release),
            name=LABELS[name],
            agency=AGENCY,
            version=version_of(facts),
            items=tuple(codes),
        )
        for name, codes in found.items()
    }
    return lists | {
        "OBS_STATUS": _own_copy("OBS_STATUS", OBS_STATUS_WORDS),
        "CONF_STATUS": _own_copy("CONF_STATUS", CONF_STATUS_WORDS),
    }


def _own_copy(name: str, words: Mapping[str, str]) -> Codelist:
    from pysdmx.model import Code, Codelist

    return Codelist(
        id=f"CL_{name}",
        name=LABELS[name],
        description=f"De codes die CEO gebruikt uit CL_{name} van SDMX, met dezelfde betekenis.",
        agency=AGENCY,
        version="1.0.0",
        items=tuple(Code(id=code, name=text) for code, text in words.items()),
    )


def _areas(release: SealedCube) -> Iterator[Code]:
    from pysdmx.model import Code

    for area in release.facts.areas:
        told = {"AREA_TYPE": area.kind.value, "MEMBERS": " ".join(area.members)}
        yield Code(id=code_of(area.area), name=area.name, annotations=tuple(_annotations(told)))


def _indicators(release: SealedCube) -> Iterator[Code]:
    from pysdmx.model import Annotation, Code

    for one in release.facts.indicators:
        wordings = (Annotation(type="WORDING", title=each.reference, text=each.text) for each in one.wordings)
        breaks = (Annotation(type="BREAK", title=each.earlier, text=_break_words(each)) for each in one.breaks)
        yield Code(
            id=code_of(one.indicator),
            name=one.label,
            description=one.question or None,
            annotations=(*_annotations(_told(one)), *wordings, *breaks),
        )


def _told(indicator: Indicator) -> dict[str, str]:
    better = indicator.higher_is_better
    return {
        "VERSION": str(indicator.version),
        "THEME": indicator.theme,
        "UNIVERSE": indicator.universe,
        "ITEMS": " ".join(indicator.items),
        "HIGHER_IS_BETTER": "" if better is None else str(better).lower(),
    }


def _break_words(change: Break) -> str:
    taken = "samengenomen" if change.pooled else "niet samengenomen"
    return f"{change.old} en {change.new}: oordeel {change.verdict} ({' '.join(change.reasons)}), {taken}"


def _breakdowns(release: SealedCube) -> Iterator[Code]:
    from pysdmx.model import Code

    yield Code(id=TOTAL, name="Iedereen")
    yield from (Code(id=code_of(one.breakdown), name=one.label) for one in release.facts.breakdowns)


def _levels(release: SealedCube) -> Iterator[Code]:
    from pysdmx.model import Code

    uses = ((one.breakdown, level.code, level.label) for one in release.facts.breakdowns for level in one.levels)
    yield Code(id=TOTAL, name="Iedereen")
    yield from _shared(uses)


def _categories(release: SealedCube) -> Iterator[Code]:
    from pysdmx.model import Code

    uses = [(one.indicator, option.code, option.label) for one in release.facts.indicators for option in one.options]
    known = {code for _, code, _ in uses}
    yield Code(id=code_of(""), name="Niet van toepassing")
    yield from _shared(uses)
    for name in _values(release, ("category",)):
        if name not in known:
            yield Code(id=code_of(name), name=_quantile_words(name))


def _quantile_words(part: str) -> str:
    return f"Kwantiel {number_words(float(part), decimals=3).rstrip('0').rstrip(',')}"


def _shared(uses: Iterable[tuple[str, str, str]]) -> Iterator[Code]:
    """Yield a code once. Where it has more labels, its name is all of them, and notes say which belongs to which question or division."""
    from pysdmx.model import Annotation, Code

    labels: dict[str, dict[str, str]] = {}
    for owner, code, label in uses:
        labels.setdefault(code, {})[owner] = label
    for code, owned in labels.items():
        several = tuple(dict.fromkeys(owned.values()))
        notes = (Annotation(type="LABEL", title=owner, text=label) for owner, label in owned.items())
        yield Code(id=code_of(code), name=" / ".join(several), annotations=tuple(notes) if len(several) > 1 else ())


def _worded(release: SealedCube, name: str) -> Iterator[Code]:
    """Yield the codes that have words here, and those of the release for which there are none yet under their own name."""
    from pysdmx.model import Code

    columns = tuple(one.column for one in COMPONENTS if one.codes == name and one.content is Content.CODE)
    words = {**_WORDS[name]}
    for value in _values(release, columns):
        words.setdefault(value, value)
    yield from (Code(id=code_of(value), name=text) for value, text in words.items())


def _values(release: SealedCube, columns: Iterable[str]) -> list[str]:
    found = {value for column in columns for value in release.cube.table.column(column).unique().to_pylist()}
    return sorted(found - {""})


def _annotations(told: Mapping[str, str]) -> Iterator[Annotation]:
    from pysdmx.model import Annotation

    yield from (Annotation(id=name, type=name, text=text) for name, text in told.items() if text)
