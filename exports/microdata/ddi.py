"""The codebook of microdata as DDI-Codebook 2.5: every column with its wordings, numbers, reasons and how often each occurs in the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element  # writes only

from analysis.microdata.records import REASON_LABELS, MicrodataVariable, Role
from analysis.microdata.synthetic import MARK
from exports.microdata.handing_out import ForPractice, Handout, file_name_of, notes_of, records_of
from exports.microdata.table import measure_of
from exports.release.ddi_study import element, listed, study_of, use_of, written
from exports.release.reading_words import theme_of
from exports.wording import date_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FILE: Final = "F1"
_STEM: Final = "V_"


def write_codebook(handout: Handout) -> Iterator[bytes]:
    """Yield the codebook of a file of microdata, a variable at a time. It fits the SAV and Parquet files; Stata has letters for reasons."""
    practice = isinstance(handout, ForPractice)
    study = study_of(
        handout.facts,
        handout.seal,
        use=_use(handout),
        mark=MARK if practice else "",
        kind="Nagemaakte antwoorden (synthetische microdata)"
        if practice
        else "Antwoorden op een enquête (beschermde microdata)",
        unit="nagemaakte persoon" if practice else "persoon",
    )
    return written("microdata", study, _variables(handout), _file(handout))


def _use(handout: Handout) -> Element:
    if isinstance(handout, ForPractice):
        return use_of(handout.facts, handout.seal, restrictions=notes_of(handout)[:1])
    agreement = handout.agreement
    whom = f"Overeenkomst {agreement.number} met {agreement.user}, tot en met {date_words(agreement.ends_on)}."
    conditions = f"{whom} Doel: {agreement.purpose}"
    restrictions = ("Niet doorgeven, en niemand zoeken in deze gegevens.",)
    return use_of(handout.facts, handout.seal, restrictions=restrictions, conditions=conditions)


def _file(handout: Handout) -> Element:
    records = records_of(handout)
    size = (element("caseQnty", str(len(records))), element("varQnty", str(len(records.variables))))
    return element(
        "fileDscr",
        "",
        element(
            "fileTxt",
            "",
            element("fileName", file_name_of(handout, "sav")),
            element("dimensns", "", *size),
            element("fileType", "SPSS"),
        ),
        *(element("notes", text) for text in notes_of(handout)),
        ID=_FILE,
    )


def _variables(handout: Handout) -> Iterator[Element]:
    records = records_of(handout)
    for one in records.variables:
        yield _variable(one, records.columns[one.name], weight=f"{_STEM}{records.weight.name}")


def _variable(variable: MicrodataVariable, column: NDArray[Any], *, weight: str) -> Element:
    weighs = variable.role is Role.WEIGHT
    return element(
        "var",
        "",
        element("labl", variable.label, level="variable"),
        *_questions(variable),
        *listed(_range(variable)),
        *listed(_invalid(variable)),
        *listed(element("universe", variable.universe)),
        element("sumStat", str(int((column >= 0).sum())), type="vald", wgtd="not-wgtd"),
        *_categories(variable, column),
        *listed(_version(variable)),
        *((element("concept", theme_of(variable.theme)),) if variable.theme else ()),
        element("varFormat", type="numeric"),
        ID=f"{_STEM}{variable.name}",
        name=variable.name,
        files=_FILE,
        wgt="wgt" if weighs else "not-wgt",
        wgt_var="" if weighs else weight,
        intrvl="contin" if measure_of(variable) == "scale" else "discrete",
        dcml="1" if weighs else "0",
        nature="ratio" if measure_of(variable) == "scale" else measure_of(variable),
    )


def _questions(variable: MicrodataVariable) -> Iterator[Element]:
    for reference, wording in variable.wordings:
        yield element("qstn", "", element("qstnLit", wording), elementVersion=reference)


def _range(variable: MicrodataVariable) -> Element | None:
    if variable.minimum is None or variable.maximum is None or variable.categories:
        return None
    return element("valrng", "", element("range", UNITS="INT", min=str(variable.minimum), max=str(variable.maximum)))


def _invalid(variable: MicrodataVariable) -> Element | None:
    reasons = [element("item", UNITS="INT", VALUE=str(reason)) for reason in variable.reasons]
    return element("invalrng", "", *reasons) if reasons else None


def _categories(variable: MicrodataVariable, column: NDArray[Any]) -> Iterator[Element]:
    for number, label in variable.value_labels.items():
        missing = {"missing": "Y", "missType": REASON_LABELS[number]} if number in variable.reasons else {}
        yield element(
            "catgry",
            "",
            element("catValu", str(number)),
            element("labl", label, level="category"),
            element("catStat", str(int((column == number).sum())), type="freq", wgtd="not-wgtd"),
            **missing,
        )


def _version(variable: MicrodataVariable) -> Element | None:
    return element("verStmt", "", element("version", str(variable.version))) if variable.version else None
