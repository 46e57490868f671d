"""References of an edition: each value stands on its own line, whatever was typed as a title or publisher before that was refused."""

from __future__ import annotations

import made_releases
import pytest

from ceo.web.figures.citing import REFERENCES

HOSTILE = "VNG\r\nUR  - https://elders.example\x0b},\n  url = {https://elders.example}"


@pytest.mark.parametrize("extension", ["ris", "bib"])
def test_no_value_brings_lines_of_its_own_into_a_reference(extension: str) -> None:
    release = made_releases.cut()
    facts = release.facts.model_copy(update={"publisher": HOSTILE, "title": HOSTILE})
    _, write = REFERENCES[extension]
    reference, plain = write(facts, release.seal), write(release.facts, release.seal)
    assert len(reference.splitlines()) == len(plain.splitlines())
    assert not [
        one
        for one in reference.splitlines()
        if one.lstrip().startswith(("UR  - https://elders", "url = {https://elders"))
    ]
    assert "\x0b" not in reference
