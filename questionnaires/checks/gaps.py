"""Checks of the gaps in texts: each is filled (D01), and the earlier answer that fills it is there and reads well (D11)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from questionnaires.checks.asked import AskedItem, asked_items
from questionnaires.definition import IntegerAnswer, Item, ScaleAnswer
from questionnaires.modules import Module
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly, Part, place_pages
from questionnaires.scales import AnswerScale, ScaleType
from questionnaires.strict_yaml import YamlDocument, suggest
from questionnaires.texts import gaps_in, scale_texts
from questionnaires.yaml_nodes import Place


def check_item_gaps(document: YamlDocument, place: Place, item: Item) -> Iterator[Problem]:
    """Yield each gap in the texts of an item that nothing fills, and each param and pipe that fills none (D01)."""
    used: set[str] = set()
    for where, text, filled in _texts_of(item):
        yield from _check_filled(document, (*place, *where), text, filled)
        used.update(gaps_in(text))
    for part, names in (("params", item.params), ("pipes", item.pipes)):
        for name in names:
            if name not in used:
                cause = f"De vraag noemt {name} bij {part}, maar {{{name}}} staat niet in de tekst."
                yield document.problem((*place, part), "D01", cause, f"Zet {{{name}}} in de tekst, of haal {name} weg.")


def check_scale_gaps(document: YamlDocument, place: Place, scale: AnswerScale) -> Iterator[Problem]:
    """Yield each gap in the texts of a scale: nothing fills it (D01)."""
    for _, text in scale_texts([scale]):
        yield from _check_filled(document, place, text, ())


def check_gaps(assembly: Assembly) -> Iterator[Problem]:
    """Yield every gap of an assembly that its params and earlier answers do not fill as they should."""
    asked = tuple(asked_items(assembly))
    by_id = {one.item.id: one for one in asked}
    yield from _check_titles(assembly)
    for one in asked:
        yield from _check_params(one, _declared_for(one.placed.source, assembly))
        for name in one.item.pipes:
            fault = _pipe_fault(name, one, by_id, assembly)
            if fault is not None:
                yield one.problem(("pipes", name), *fault)
    yield from _check_unused(assembly, asked)


def _texts_of(item: Item) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    """Yield the texts of an item, each with its place in the item and what can be filled in: not an answer in a fallback."""
    names = (*item.params, *item.pipes)
    for field in ("stem", "stem_easy", "help", "help_easy"):
        text = getattr(item.text, field)
        if text is not None:
            yield ("text", field), text, names
    for number, check in enumerate(item.soft_checks):
        yield ("soft_checks", number, "ask"), check.ask, names
        if check.ask_easy is not None:
            yield ("soft_checks", number, "ask_easy"), check.ask_easy, names
    for name, pipe in item.pipes.items():
        yield ("pipes", name, "fallback"), pipe.fallback, item.params
        if pipe.fallback_easy is not None:
            yield ("pipes", name, "fallback_easy"), pipe.fallback_easy, item.params
    if isinstance(item.type, IntegerAnswer):
        yield ("type", "integer", "unit"), item.type.integer.unit, item.params


def _check_filled(document: YamlDocument, place: Place, text: str, filled: Collection[str]) -> Iterator[Problem]:
    """Yield each gap that is not among the filled ones, and a brace that is no part of a gap."""
    gaps = gaps_in(text)
    for name in gaps:
        if name not in filled:
            cause = f"In de tekst staat {{{name}}}, maar niets vult die plek."
            cure = suggest(name, filled) if filled else "Haal dit weg, of noem het bij params of pipes van de vraag."
            yield document.problem(place, "D01", cause, cure)
    if not text.count("{") == text.count("}") == len(gaps):
        cause = "In de tekst staat een losse accolade."
        yield document.problem(place, "D01", cause, "Schrijf een plek om in te vullen als {naam}, of haal dit weg.")


def _check_titles(assembly: Assembly) -> Iterator[Problem]:
    """Yield the gaps that nothing fills in titles and in the words that fill gaps themselves."""
    for part in assembly.parts:
        params = _declared_for(part, assembly)
        yield from _check_filled(part.document, ("title",), part.content.title, params)
    for placed in place_pages(assembly):
        if placed.entry.title is not None:
            place, params = (*placed.place, "title"), _declared_for(placed.source, assembly)
            yield from _check_filled(placed.source.document, place, placed.entry.title, params)
    for name, param in assembly.core.content.params.items():
        yield from _check_filled(assembly.core.document, ("params", name, "default"), param.default, ())


def _declared_for(part: Part, assembly: Assembly) -> tuple[str, ...]:
    """Return the params that texts of a part may use: a module its own, an extension those of the core."""
    return tuple(part.content.params if isinstance(part.content, Module) else assembly.core.content.params)


def _check_params(one: AskedItem, declared: tuple[str, ...]) -> Iterator[Problem]:
    for name in one.item.params:
        if name not in declared:
            cause = f"De vraag {one.item.reference} gebruikt {{{name}}}, maar de module heeft geen param die zo heet."
            cure = suggest(name, declared) if declared else f"Voeg {name} toe bij params, of kies een andere vraag."
            yield one.problem(("params",), "D01", cause, cure)


def _check_unused(assembly: Assembly, asked: tuple[AskedItem, ...]) -> Iterator[Problem]:
    """Yield each param of the core module that none of its texts uses."""
    core = assembly.core.content
    titles = [core.title, *(page.title for page in core.page_entries if page.title is not None)]
    used = {name for title in titles for name in gaps_in(title)}
    used.update(name for one in asked if one.placed.slot == "" for name in one.item.params)
    for name in core.params:
        if name not in used:
            cause = f"Geen enkele tekst van deze module gebruikt {{{name}}}."
            yield assembly.core.document.problem(("params", name), "D01", cause, "Haal deze param weg.")


def _pipe_fault(
    name: str, one: AskedItem, asked: Mapping[str, AskedItem], assembly: Assembly
) -> tuple[str, str, str] | None:
    """Return code, cause and cure of what is wrong with a pipe of an item; None when it is right."""
    target, source = one.item.id, one.item.pipes[name].answer
    found = asked.get(source)
    if found is None:
        cause = f"De vraag {target} haalt het antwoord op {source} aan, maar die vraag wordt niet gesteld."
        return "D01", cause, suggest(source, [other for other in asked if asked[other].page_number < one.page_number])
    if found.page_number >= one.page_number:
        cause = (
            f"De vraag {target} haalt het antwoord op {source} aan, maar die vraag staat niet op een eerdere pagina."
        )
        return "D11", cause, "Zet die vraag eerder, of haal een vraag aan die al is gesteld."
    if "effect" in {one.item.role, found.item.role}:
        cause = f"{target} haalt {source} aan, en een vraag voor en na de hulp laat geen eerder antwoord zien."
        return "D11", cause, "Haal de pipe weg: een eerder antwoord kleurt het nieuwe."
    if name in assembly.core.content.params:
        cause = f"De pipe {name} van {target} heet net als een param van de module, en die gaat voor."
        return "D11", cause, "Geef de pipe een andere naam."
    return _unreadable(found.item, assembly)


def _unreadable(source: Item, assembly: Assembly) -> tuple[str, str, str] | None:
    """Return why an answer does not read well inside a sentence; None when it does."""
    if isinstance(source.type, IntegerAnswer):
        return None
    if not isinstance(source.type, ScaleAnswer):
        cause = f"Het antwoord op {source.id} past niet in een andere tekst: het zijn eigen woorden of het is een dag."
        return "D11", cause, "Haal alleen een keuze uit een lijst of een getal aan."
    scale = assembly.shelf.scales.get(source.type.scale)
    if scale is not None and scale.type is ScaleType.MULTI:
        return "D11", f"Bij {source.id} kunnen mensen meer antwoorden kiezen.", "Haal een vraag met één antwoord aan."
    silent = [code.code for code in scale.codes if code.inline is None] if scale is not None else []
    if silent:
        cause = f"Bij de schaal van {source.id} staat niet hoe {', '.join(silent)} in een zin klinkt."
        return "D11", cause, "Geef elke code van die schaal een tekst bij inline."
    return None
