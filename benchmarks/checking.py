"""What checking and routing a questionnaire costs, in units that are measured in the same run.

    python benchmarks/checking.py [--rounds 5]

Checking is told in units of reading the same files (strict YAML into typed definitions), which must happen anyhow. A page turn
of the evaluator, that is finding the path of all answers and reading one posted page, is told in units of a plain walk: looking
up the same answers in a dictionary, page by page, without any condition. All is processor time of one thread, the least of some
rounds: a neighbour can only add to it.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from functools import partial

from questionnaires.answering import form_values, read_page
from questionnaires.answers import Answers
from questionnaires.checks.definitions import Candidate, assemble, check_definitions, check_part
from questionnaires.checks.reachability import check_reachability, count_paths
from questionnaires.compiling import compile_routes
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import Assembly, Part, resolve
from questionnaires.routing import route
from questionnaires.simulation import simulate_answers
from questionnaires.sources import Definitions, read_sources, shipped_definitions

SIZES = (50, 100, 200, 500)
CLIENTS = 200  # simulated clients; the one with the most answers is measured: the dearest case


def least_time(work: Callable[[], object], rounds: int, *, repeat: int = 1) -> float:
    """Return the seconds of processor time that a piece of work takes, the least of some rounds."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(repeat):
            work()
        times.append((time.process_time() - started) / repeat)
    return min(times)


def candidate_of(part: Part, definitions: Definitions) -> Candidate:
    """Return what a part makes, as the checks look at it, compiled."""
    assembly = assemble(part, definitions)
    assert isinstance(assembly, Assembly), assembly
    candidate = Candidate(assembly, resolve(assembly, definitions), definitions)
    assert candidate.questionnaire.routes
    return candidate


def reach(candidate: Candidate) -> None:
    """Run the check of what can happen; it must find nothing."""
    assert not list(check_reachability(candidate))


def made_files(size: int) -> dict[str, str]:
    """Return a library and a module of so many questions; every second page depends on the one before it."""
    names = [f"{chr(65 + number // 100)}AA{number % 100:02}" for number in range(size)]
    items = "".join(
        f'  {name}@1: {{concept: "profiel.iets", title: "Vraag", type: {{scale: "ja_nee@1"}}, reference_period: "now",'
        f' text: {{stem: "Is dit zo?"}}}}\n'
        for name in names
    )
    library = (
        'format: "ceo-def/1"\nkind: library\nid: "nl.groot.vragen"\nsource_language: "nl"\n'
        'concepts: {"profiel.iets": {domain: profiel, definition: "Iets"}}\n'
        'scales:\n  ja_nee@1: {type: nominal, codes: [{code: ja, text: "Ja"}, {code: nee, text: "Nee"}]}\n'
        f"items:\n{items}"
    )
    pages = "".join(
        f"  - {{id: p{number}, items: [{name}@1]"
        + (
            f", show_if: {{eq: [{{answer: {names[number - 1]}}}, {{code: ja}}]}}, when_unknown: hide"
            if number % 2
            else ""
        )
        + "}\n"
        for number, name in enumerate(names)
    )
    module = (
        'format: "ceo-def/1"\nkind: module\nid: "nl.groot.kern"\nversion: 1\ntitle: "Groot"\nrole: core\n'
        'uses: {libraries: ["nl.groot.vragen"]}\nlanguages: [nl]\nlimits: {minutes: 60}\n'
        f"pages:\n{pages}"
    )
    return {"vragen.yaml": library, "kern.yaml": module}


def fullest(questionnaire: Questionnaire) -> Answers:
    """Return the answers of the simulated client who answers most."""
    rng = random.Random(1)
    return max((simulate_answers(questionnaire, rng) for _ in range(CLIENTS)), key=len)


def walk_plainly(pages: list[tuple[str, ...]], answers: Answers) -> int:
    """Return the number of pages that are complete: the least that any engine must look up."""
    return sum(all(answers.get(item) is not None for item in page) for page in pages)


def report_shipped(rounds: int) -> None:
    """Print what checking the largest shipped questionnaire costs, and what one page turn does."""
    files = shipped_definitions()
    definitions = read_sources(files)
    parts: list[Part] = [*definitions.modules.values(), *definitions.extensions.values()]
    part = max(parts, key=lambda one: len(candidate_of(one, definitions).questionnaire.items))
    candidate = candidate_of(part, definitions)
    questionnaire = candidate.questionnaire
    reading = least_time(lambda: read_sources(files), rounds)
    checking = least_time(lambda: check_part(part, definitions), rounds)
    reaching = least_time(lambda: reach(candidate), rounds, repeat=20)
    compiling = least_time(lambda: compile_routes(questionnaire), rounds, repeat=20)
    print(f"{questionnaire.reference}: {len(questionnaire.items)} items, {count_paths(questionnaire)} paths")
    print(f"reading all shipped files   {reading * 1000:9.1f} ms  = 1 unit")
    print(f"checking this one           {checking * 1000:9.1f} ms  = {checking / reading:.3f} units")
    print(f"  what can happen (D05..10) {reaching * 1000:9.2f} ms  = {reaching / checking:.1%} of checking")
    print(f"compiling, once             {compiling * 1000:9.2f} ms")
    report_page_turn(questionnaire, rounds)


def report_page_turn(questionnaire: Questionnaire, rounds: int) -> None:
    """Print what one page turn of the evaluator costs, over all pages of the client who answers most."""
    answers = fullest(questionnaire)
    steps = [step.page for step in route(questionnaire, answers).steps]
    forms = [
        {item: form_values(answers[item], questionnaire.scale_of(questionnaire.item(item))) for item in page.items}
        for page in steps
    ]

    def turn_pages() -> None:
        for page, form in zip(steps, forms, strict=True):
            read_page(questionnaire, page, form)
            route(questionnaire, answers)

    pages = [page.items for page in questionnaire.pages]
    turn = least_time(turn_pages, rounds, repeat=50) / len(steps)
    plain = least_time(partial(walk_plainly, pages, answers), rounds, repeat=2000)
    print(f"plain walk of {len(answers)} answers    {plain * 1e6:9.1f} µs  = 1 unit")
    print(f"page turn: read and route   {turn * 1e6:9.1f} µs  = {turn / plain:.1f} units")


def report_growth(rounds: int) -> None:
    """Print what checking costs an item, in modules of growing size."""
    print("\nitems    read an item    check an item    of which what can happen")
    for size in SIZES:
        files = made_files(size)
        definitions = read_sources(files)
        candidate = candidate_of(next(iter(definitions.modules.values())), definitions)
        reading = least_time(partial(read_sources, files), rounds) / size
        checking = least_time(partial(check_definitions, definitions), rounds) / size
        reaching = least_time(partial(reach, candidate), rounds) / size
        print(f"{size:5}    {reading * 1e6:9.0f} µs    {checking * 1e6:10.0f} µs    {reaching * 1e6:21.0f} µs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    report_shipped(rounds)
    report_growth(rounds)


if __name__ == "__main__":
    main()
