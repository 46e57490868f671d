"""Writing scales: the options of a form become the codes of a scale, without a code ever changing its meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from questionnaires.configuring.naming import name_part
from questionnaires.configuring.questions import MissingChoice, Option, OwnScale
from questionnaires.configuring.workpiece import Workpiece, tidy
from questionnaires.names import id_of
from questionnaires.scales import MissingOption

_MISSING_CODES: Final = {"dont_know": "weet_niet", "not_applicable": "nvt", "refused": "liever_niet"}
_OPTIONS: Final = ("codes", "exclusive", "missing")
_CHOOSING: Final = frozenset({"eq", "ne", "in", "includes"})


def write_scale(piece: Workpiece, item: str, title: str, answer: OwnScale) -> str:
    """Put an own scale into the workpiece, in the place of the one that only this question has; return its reference."""
    before = _present_scale(piece, item)
    old = piece.entries("scales").get(before, {})
    alone = bool(old) and piece.users_of(before) == {item}
    reference = before if alone else f"{name_part(title, piece.taken(), prefix=f'{piece.before.owner}.')}@1"
    coder = _Coder(piece, reference, old, answer)
    scale: dict[str, Any] = {"type": answer.kind, "polarity": "none"}
    if alone:
        scale |= {key: value for key, value in old.items() if key not in {*_OPTIONS, "type", "spelling"}}
    # Where one option is chosen, none goes together with another: all are alike.
    several = answer.kind == "multi"
    alike = answer.options if several else (*answer.options, *answer.exclusive)
    apart = answer.exclusive if several else ()
    scale["codes"] = [coder.option(option) for option in alike if tidy(option.text)]
    scale["exclusive"] = [coder.option(option) for option in apart if tidy(option.text)]
    scale["missing"] = [coder.missing(option) for option in answer.missing if tidy(option.text)]
    if not alone or (answer.kind, _codes(scale)) != (old["type"], _codes(old)):
        scale.pop("score", None)  # what has a value was thought out for other options
    piece.entries("scales")[reference] = scale
    _rename_codes(piece, item, coder.renamed)
    _move_texts(piece, before, reference, coder.renamed)
    return reference


def drop_unused_scales(piece: Workpiece) -> None:
    """Take away the own scales with which no question is answered."""
    scales = piece.entries("scales")
    for reference in [name for name in scales if not piece.users_of(name)]:
        del scales[reference]


def _present_scale(piece: Workpiece, item: str) -> str:
    """Return the own scale with which a question is answered; "" when it has none."""
    written = piece.entries("items").get(piece.reference_of(item) or "", {"type": {}})
    reference = str(written["type"].get("scale", ""))
    return reference if reference in piece.entries("scales") else ""


class _Coder:
    """Gives options their codes: the same words keep their code, other words never get one that meant something else."""

    def __init__(self, piece: Workpiece, reference: str, old: Mapping[str, Any], answer: OwnScale) -> None:
        self._old = {one["code"]: one for part in _OPTIONS for one in old.get(part, ())}
        self._published = {
            option.code: (option.text, option.reason.value if isinstance(option, MissingOption) else None)
            for _, scale in sorted(piece.foundation.scales.get(id_of(reference), {}).items())
            for option in scale.options
        }
        stay = [self._kept(option) for option in (*answer.options, *answer.exclusive)]
        stay += [self._kept_missing(option) for option in answer.missing]
        self._taken = {one["code"] for one in stay if one} | self._published.keys()
        self._given: set[str] = set()
        self.renamed: dict[str, str] = {}

    def option(self, option: Option) -> dict[str, Any]:
        """Return an option as it is written."""
        words, kept = tidy(option.text), self._kept(option)
        code = self._code(kept.get("code"), words, None, words)
        if option.code in self._old:
            self.renamed[str(option.code)] = code
        return _written(kept, code, words, option.text_easy)

    def missing(self, option: MissingChoice) -> dict[str, Any]:
        """Return a reason for no answer as it is written."""
        words, kept = tidy(option.text), self._kept_missing(option)
        code = self._code(kept.get("code"), words, option.reason, _MISSING_CODES[option.reason])
        self.renamed |= {one["code"]: code for one in self._old.values() if one.get("reason") == option.reason}
        return {**_written(kept, code, words, option.text_easy), "reason": option.reason}

    def _kept(self, option: Option) -> Mapping[str, Any]:
        """Return the option as it was, when its words did not change."""
        old: Mapping[str, Any] = self._old.get(option.code or "", {})
        return old if old.get("text") == tidy(option.text) and "reason" not in old else {}

    def _kept_missing(self, option: MissingChoice) -> Mapping[str, Any]:
        old = (one for one in self._old.values() if one.get("reason") == option.reason)
        return next((one for one in old if one["text"] == tidy(option.text)), {})

    def _code(self, kept: str | None, words: str, reason: str | None, named_after: str) -> str:
        published = [code for code, meaning in self._published.items() if meaning == (words, reason)]
        known = [code for code in (kept, *published) if code is not None and code not in self._given]
        code = known[0] if known else name_part(named_after, self._taken | self._given, joint="_")
        self._given.add(code)
        return code


def _written(kept: Mapping[str, Any], code: str, words: str, easy: str) -> dict[str, Any]:
    rest = {key: value for key, value in kept.items() if key not in {"code", "text", "text_easy", "reason"}}
    return {"code": code, "text": words, **({"text_easy": tidy(easy)} if tidy(easy) else {}), **rest}


def _codes(scale: Mapping[str, Any]) -> list[str]:
    return [one["code"] for one in scale.get("codes", ())]


def _rename_codes(piece: Workpiece, item: str, renamed: Mapping[str, str]) -> None:
    """Let the conditions that read a question follow its options that got another code."""
    for _, _, page in piece.pages():
        if "show_if" in page:
            page["show_if"] = _with_codes(page["show_if"], item, renamed)


def _move_texts(piece: Workpiece, before: str, reference: str, renamed: Mapping[str, str]) -> None:
    """Let the translations of options follow them to another code, or along to a scale of its own."""
    start = f"scale.{before}."
    for language, entries in piece.texts.items():
        of_scale = {key.removeprefix(start): entry for key, entry in entries.items() if key.startswith(start)}
        others = {key: one for key, one in entries.items() if not key.startswith(start) or before != reference}
        moved = {f"scale.{reference}.{_moved(key, renamed)}": entry for key, entry in of_scale.items()}
        piece.texts[language] = others | moved


def _moved(key: str, renamed: Mapping[str, str]) -> str:
    code, dot, ending = key.partition(".")
    return f"{renamed.get(code, code)}{dot}{ending}"


def _with_codes(written: Any, item: str, renamed: Mapping[str, str]) -> Any:
    if isinstance(written, list):
        return [_with_codes(part, item, renamed) for part in written]
    if not isinstance(written, dict):
        return written
    return {
        key: list(_chosen(inside, renamed))
        if key in _CHOOSING and {"answer": item} in inside
        else _with_codes(inside, item, renamed)
        for key, inside in written.items()
    }


def _chosen(sides: Iterable[Any], renamed: Mapping[str, str]) -> Iterator[Any]:
    for side in sides:
        if isinstance(side, list):
            yield list(_chosen(side, renamed))
        elif "code" in side:
            yield {"code": renamed.get(side["code"], side["code"])}
        else:
            yield side
