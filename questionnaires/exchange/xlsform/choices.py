"""Choice lists of an XLSForm become scales, one for each way in which they are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from questionnaires.exchange.xlsform.form import Form, FormRow
from questionnaires.exchange.xlsform.languages import SOURCE, Languages
from questionnaires.exchange.xlsform.wording import held_text, held_texts, slug, unused
from questionnaires.yaml_nodes import Written

FEWEST: Final = 2  # answers in a scale
LONGEST_LABEL: Final = 490  # characters of the 500 of a text: a number may come behind it
NO_TEXT: Final = "?"


@dataclass(frozen=True, slots=True)
class HeldScale:
    """A scale made of a list: its reference, and the code of each answer by its name in the form."""

    reference: str
    codes: Mapping[str, str]


@dataclass(slots=True)
class Scales:
    """The scales so far, as they are written, and the texts of their answers in other languages by key."""

    form: Form
    languages: Languages
    written: dict[str, Written] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    _lists: dict[str, list[FormRow]] = field(default_factory=dict)
    _options: dict[str, list[tuple[str, str, dict[str, str]]]] = field(default_factory=dict)
    _held: dict[tuple[str, bool], HeldScale] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for row in self.form.choices:
            self._lists.setdefault(row.value("list name"), []).append(row)

    def hold(self, name: str, *, several: bool) -> HeldScale | None:
        """Return the scale for a list, as one choice or several; None when there is too little to choose from."""
        if len(self._lists.get(name, ())) < FEWEST:
            return None
        if (name, several) not in self._held:
            self._held[name, several] = self._make(name, several=several)
        return self._held[name, several]

    def _make(self, name: str, *, several: bool) -> HeldScale:
        options = self._options.get(name)
        if options is None:
            options = self._options[name] = list(self._read(self._lists[name]))
        scale = unused(slug(name, start="lijst"), self._names)
        kind = "multi" if several else "nominal"
        codes: list[Written] = [{"code": code, "text": texts[SOURCE]} for _, code, texts in options]
        self.written[f"{scale}@1"] = {"id": scale, "version": 1, "type": kind, "codes": codes, "polarity": "none"}
        for _, code, texts in options:
            for language in (one for one in texts if one != SOURCE):
                self.texts.setdefault(language, {})[f"scale.{scale}@1.{code}"] = texts[language]
        return HeldScale(f"{scale}@1", {written: code for written, code, _ in options})

    def _read(self, rows: list[FormRow]) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Yield the name of each answer in the form, its code, and its text by language."""
        codes: set[str] = set()
        labels: set[str] = set()
        for row in rows:
            row.take("list name")
            name = row.take("name")
            assert name is not None, "pyxform refuses an answer without a name"
            texts = held_texts(self.form, self.languages.take(self.form, row, "label"))
            text = texts.get(SOURCE) or held_text(self.form, name) or NO_TEXT
            label = unused(text[:LONGEST_LABEL], labels)
            if label != text:
                self.form.lose(name, f"Er was al een antwoord met deze tekst; dit heet nu {label}.")
            yield name.value, unused(slug(name.value, start="c"), codes), {**texts, SOURCE: label}
