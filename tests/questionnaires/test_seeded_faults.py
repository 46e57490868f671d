"""Seeded faults: what an author can break in the shipped definitions is caught, by a check or by the verdict on comparability.

Each class of fault is sown at random places (a fixed seed). The figure per class is printed with `pytest -rP`.
"""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from questionnaires import sources
from questionnaires.comparability.verdicts import Verdict, compare_versions
from questionnaires.loading import check_files, load_questionnaire
from questionnaires.publishing import publish
from questionnaires.questionnaire import Questionnaire
from questionnaires.sources import shipped_definitions
from questionnaires.strict_yaml import YamlDocument, read_yaml

Files = dict[str, Any]
Sow = Callable[[Files, random.Random], None]
A_CLASS: Final = 8  # faults sown of each class


def _shipped() -> Files:
    read = {name: read_yaml(text, name) for name, text in shipped_definitions().items()}
    return {name: found.data for name, found in read.items() if isinstance(found, YamlDocument)}


def copied(files: Files) -> Files:
    """A copy to sow in, by way of JSON: much faster than one object at a time."""
    copy: Files = json.loads(json.dumps(files))
    return copy


def _in_dutch_only(files: Files) -> Files:
    """Leave the translations out: most faults have nothing to do with them, and then they only cost time."""
    dutch = copied({name: data for name, data in files.items() if data["kind"] != "texts"})
    for data in dutch.values():
        if "languages" in data:
            data["languages"] = ["nl"]
    return dutch


SHIPPED: Final = _shipped()
DUTCH: Final = _in_dutch_only(SHIPPED)
READ: Final = functools.cache(read_yaml)


@pytest.fixture(autouse=True)
def reading_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in which nothing was sown is read once for all tests: they are about the checks, which look at it anew."""
    monkeypatch.setattr(sources, "read_yaml", READ)


def texts(files: Files) -> dict[str, str]:
    """JSON is YAML too, so that a changed definition can be written down at once."""
    return {name: json.dumps(data, ensure_ascii=False) for name, data in files.items()}


def modules(files: Files) -> Iterator[dict[str, Any]]:
    yield from (data for data in files.values() if data["kind"] == "module")


def conditioned(files: Files, rng: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """A page with a condition that names an answer itself, and its module."""
    found = [
        (module, page)
        for module in modules(files)
        for page in module["pages"]
        if "answer" in json.dumps(page.get("show_if", {}))
    ]
    return rng.choice(found)


def scale_items(files: Files, scale: str = "eens5@1") -> list[str]:
    return [
        reference
        for data in files.values()
        if data["kind"] == "library"
        for reference, item in data["items"].items()
        if item["type"].get("scale") == scale
    ]


def chosen_scale(files: Files, rng: random.Random, *, scored: bool) -> tuple[str, dict[str, Any]]:
    used = {item["type"].get("scale") for data in files.values() for item in data.get("items", {}).values()}
    found = [
        (name, scale)
        for data in files.values()
        for name, scale in data.get("scales", {}).items()
        if name in used and ("score" in scale) >= scored
    ]
    return rng.choice(found)


def page_of(module: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    return rng.choice([page for page in module["pages"] if "items" in page])


def replace_first(node: Any, key: str, value: Any) -> bool:
    """Give the first part of this name another value."""
    if isinstance(node, dict):
        if key in node:
            node[key] = value
            return True
        return any(replace_first(part, key, value) for part in node.values())
    return isinstance(node, list) and any(replace_first(part, key, value) for part in node)


def misspelt_item_in_condition(files: Files, rng: random.Random) -> None:
    _, page = conditioned(files, rng)
    replace_first(page["show_if"], "answer", rng.choice(["QQQ99", "TOE99", "GES10"]))


def misspelt_code_in_condition(files: Files, rng: random.Random) -> None:
    module = rng.choice([module for module in modules(files) if '"code"' in json.dumps(module["pages"])])
    page = rng.choice([page for page in module["pages"] if '"code"' in json.dumps(page)])
    replace_first(page["show_if"], "code", rng.choice(["jaa", "Ja", "onbekend"]).lower() + "x")


def number_for_a_code(files: Files, rng: random.Random) -> None:
    module = rng.choice([module for module in modules(files) if '"eq"' in json.dumps(module["pages"])])
    page = rng.choice([page for page in module["pages"] if '"eq"' in json.dumps(page)])
    sides = page["show_if"]["eq"]
    page["show_if"] = {"eq": [sides[0], rng.randint(1, 9)]}


def later_question(files: Files, rng: random.Random) -> None:
    _, page = conditioned(files, rng)
    own = rng.choice(page["items"]).partition("@")[0]
    page["show_if"], page["when_unknown"] = {"answered": {"answer": own}}, "hide"


def unknown_item_on_a_page(files: Files, rng: random.Random) -> None:
    page = page_of(rng.choice(list(modules(files))), rng)
    page["items"][0] = page["items"][0].partition("@")[0] + "@9"


def question_asked_twice(files: Files, rng: random.Random) -> None:
    module = rng.choice(list(modules(files)))
    page = dict(page_of(module, rng))
    page["id"] += "-nog-eens"
    module["pages"].append(page)


def loop_of_calculations(files: Files, rng: random.Random) -> None:
    module = rng.choice(list(modules(files)))
    module.setdefault("calculations", {}).update(
        kip={"type": "bool", "expr": {"not": {"calc": "ei"}}}, ei={"type": "bool", "expr": {"not": {"calc": "kip"}}}
    )


def contradiction(files: Files, rng: random.Random) -> None:
    _, page = conditioned(files, rng)
    page["show_if"] = {"all": [page["show_if"], {"not": page["show_if"]}]}


def truism(files: Files, rng: random.Random) -> None:
    _, page = conditioned(files, rng)
    page["show_if"] = {"any": [page["show_if"], {"not": page["show_if"]}]}


def bound_outside_the_range(files: Files, rng: random.Random) -> None:
    module = next(module for module in modules(files) if module["id"] == "nl.ceo.jeugd-jongeren")
    module["calculations"]["meer_hulpverleners"]["expr"] = {"gt": [{"answer": "JAA01"}, rng.randint(500, 999)]}


def unknown_is_forgotten(files: Files, rng: random.Random) -> None:
    pages = [page for module in modules(files) for page in module["pages"] if "when_unknown" in page]
    del rng.choice(pages)["when_unknown"]


def core_reads_a_local_question(files: Files, rng: random.Random) -> None:
    _, page = conditioned(files, rng)
    page["show_if"] = {"answered": {"answer": f"gm0344.BUU0{rng.randint(1, 2)}"}}


def extension_outside_its_slot(files: Files, rng: random.Random) -> None:
    extension = rng.choice([data for data in files.values() if data["kind"] == "extension"])
    slot, pages = next(iter(extension["slots"].items()))
    del extension["slots"][slot]
    extension["slots"][f"{slot}-{rng.randint(2, 9)}"] = pages


def code_twice(files: Files, rng: random.Random) -> None:
    _, scale = chosen_scale(files, rng, scored=False)
    first, second = rng.sample(scale["codes"], 2)
    second["code"] = first["code"]


def code_with_another_meaning(files: Files, rng: random.Random) -> None:
    scales = next(data["scales"] for data in files.values() if "soort_hulp@2" in data.get("scales", {}))
    shared = [code for code in scales["soort_hulp@2"]["codes"] if code["code"] in json.dumps(scales["soort_hulp@1"])]
    rng.choice(shared)["text"] = rng.choice(["Iets heel anders", "Geld lenen", "Een huisdier"])


def retired_name_again(files: Files, rng: random.Random) -> None:
    library = rng.choice([data for data in files.values() if data["kind"] == "library" and data["items"]])
    library.setdefault("retired", []).append(rng.choice(sorted(library["items"])).partition("@")[0])


def score_without_value(files: Files, rng: random.Random) -> None:
    _, scale = chosen_scale(files, rng, scored=True)
    del rng.choice(scale["codes"])["value"]


def values_out_of_order(files: Files, rng: random.Random) -> None:
    _, scale = chosen_scale(files, rng, scored=True)
    first, second = rng.sample(scale["codes"], 2)
    first["value"], second["value"] = second["value"], first["value"]


def more_valid_than_there_are(files: Files, rng: random.Random) -> None:
    libraries = [data for data in files.values() if data["kind"] == "library"]
    composite = rng.choice([one for data in libraries for one in data.get("composites", {}).values()])
    composite["min_valid"] = len(composite["items"]) + rng.randint(1, 3)


def gap_without_a_word(files: Files, rng: random.Random) -> None:
    item = rng.choice([item for data in files.values() for item in data.get("items", {}).values()])
    item["text"]["stem"] += " {" + rng.choice(["plaats", "naam", "buurt"]) + "}"


def stale_translation(files: Files, rng: random.Random) -> None:
    translated = [data for data in files.values() if data["kind"] == "texts" and data["entries"]]
    entries = rng.choice(translated)["entries"]
    rng.choice(list(entries.values()))["source_hash"] = "sha256:" + "0" * 16


def missing_translation(files: Files, rng: random.Random) -> None:
    entries = rng.choice([data for data in files.values() if data["kind"] == "texts" and data["entries"]])["entries"]
    del entries[rng.choice(sorted(entries))]


def consent_by_default(files: Files, rng: random.Random) -> None:
    told = [item for data in files.values() for item in data.get("items", {}).values() if "consent" in item]
    consent = rng.choice(told)["consent"]
    consent["default"] = [rng.choice(consent["scopes"])]


def local_question_without_a_tag(files: Files, rng: random.Random) -> None:
    extension = rng.choice([data for data in files.values() if data["kind"] == "extension"])
    del rng.choice(list(extension["items"].values()))["disclosure"]


def no_instruction_on_paper(files: Files, rng: random.Random) -> None:
    pages = [page for module in modules(files) for page in module["pages"] if "calc" in json.dumps(page.get("show_if"))]
    rng.choice([page for page in pages if "paper" in page]).pop("paper")


CHECKED: Final[dict[Sow, set[str]]] = {
    misspelt_item_in_condition: {"D01"},
    misspelt_code_in_condition: {"D02"},
    number_for_a_code: {"D02"},
    later_question: {"D03"},
    unknown_item_on_a_page: {"D01"},
    question_asked_twice: {"D10"},
    loop_of_calculations: {"D04"},
    contradiction: {"D05"},
    truism: {"D06"},
    bound_outside_the_range: {"D05"},
    unknown_is_forgotten: {"D07"},
    core_reads_a_local_question: {"D08"},
    extension_outside_its_slot: {"D09"},
    code_twice: {"D13"},
    code_with_another_meaning: {"D13"},
    retired_name_again: {"D13"},
    score_without_value: {"D14"},
    values_out_of_order: {"D14"},
    more_valid_than_there_are: {"D14"},
    gap_without_a_word: {"D01", "D11"},
    stale_translation: {"D12"},
    missing_translation: {"D12"},
    consent_by_default: {"D17"},
    local_question_without_a_tag: {"D16"},
    no_instruction_on_paper: {"D18"},
}


TRANSLATED: Final = {stale_translation, missing_translation}


@pytest.mark.parametrize("sow", CHECKED, ids=lambda sow: sow.__name__)
def test_a_seeded_fault_is_caught_by_its_check(sow: Sow) -> None:
    rng = random.Random(f"{sow.__name__} 2026")
    caught = 0
    for _ in range(A_CLASS):
        files = copied(SHIPPED if sow in TRANSLATED else DUTCH)
        sow(files, rng)
        found = {problem.code for problem in check_files(texts(files)) if not problem.warning}
        caught += bool(found & CHECKED[sow])
    assert caught == A_CLASS


def wmo_items(files: Files) -> dict[str, Any]:
    return next(data for data in files.values() if data.get("id") == "nl.ceo.wmo-vragen")["items"]


def other_words(files: Files, rng: random.Random) -> None:
    items = wmo_items(files)
    rng.choice([items[one] for one in ("TOE01@1", "TOE02@1", "TOE03@1", "KWA01@1", "KWA03@1", "EFF01@1")])["text"][
        "stem"
    ] += rng.choice([" Altijd.", " Meestal.", " Thuis."])


def other_period(files: Files, rng: random.Random) -> None:
    rng.choice([wmo_items(files)[one] for one in ("TOE01@1", "TOE03@1", "KWA03@1")])["reference_period"] = rng.choice(
        ["P6M", "P24M", "P3M"]
    )


def other_polarity(files: Files, rng: random.Random) -> None:
    rng.choice([wmo_items(files)[one] for one in ("TOE01@1", "EFF02@1", "EFF03@1")])["polarity"] = "negative"


def other_label(files: Files, rng: random.Random) -> None:
    scale = next(data["scales"]["eens5@1"] for data in files.values() if "eens5@1" in data.get("scales", {}))
    rng.choice(scale["codes"])["text"] += rng.choice([" hoor", " dus", " vind ik"])


def reason_taken_away(files: Files, rng: random.Random) -> None:
    scale = next(data["scales"]["eens5@1"] for data in files.values() if "eens5@1" in data.get("scales", {}))
    scale["missing"].pop(rng.randrange(len(scale["missing"])))


def other_people_asked(files: Files, rng: random.Random) -> None:
    pages = next(data["pages"] for data in modules(files) if (data["id"], data["version"]) == ("nl.ceo.wmo", 1))
    page = rng.choice([page for page in pages if "show_if" in page])
    page["show_if"]["eq"][1]["code"] = "nee"


def other_order(files: Files, rng: random.Random) -> None:
    pages = next(data["pages"] for data in modules(files) if (data["id"], data["version"]) == ("nl.ceo.wmo", 1))
    first = rng.randrange(4, 9)
    pages[first], pages[first + 1] = pages[first + 1], pages[first]


MEANING: Final[dict[Sow, Verdict]] = {
    other_words: Verdict.E,
    other_period: Verdict.D,
    other_polarity: Verdict.E,
    other_label: Verdict.E,
    reason_taken_away: Verdict.E,
    other_people_asked: Verdict.E,
    other_order: Verdict.C,
}


@pytest.mark.parametrize("sow", MEANING, ids=lambda sow: sow.__name__)
def test_a_change_of_meaning_is_caught_by_the_verdict(sow: Sow) -> None:
    rng = random.Random(f"{sow.__name__} 2026")
    original = load_questionnaire(texts(DUTCH), "nl.ceo.wmo@1")
    assert isinstance(original, Questionnaire), original
    caught = 0
    for _ in range(A_CLASS):
        files = copied({name: data for name, data in DUTCH.items() if data["kind"] in {"library", "module"}})
        sow(files, rng)
        changed = load_questionnaire(texts(files), "nl.ceo.wmo@1")
        if isinstance(changed, Questionnaire):
            worst = max(found.verdict.value for found in compare_versions(publish(original), publish(changed)).verdicts)
            caught += worst == MEANING[sow].value
    assert caught == A_CLASS


def test_the_classes_are_many_enough() -> None:
    assert len(CHECKED) + len(MEANING) >= 12
    assert A_CLASS * len(CHECKED) >= 200
