from __future__ import annotations

import json
import unicodedata

import pytest

from questionnaires.loading import load_questionnaire
from questionnaires.publishing import ContentMismatchError, hash_content, open_published, publish
from questionnaires.questionnaire import Questionnaire

# The hash of the shipped Wmo questionnaire, version 1. It changes when the questionnaire changes: then raise its version.
WMO_HASH = "sha256:dfccad36da357d172266969996503bd66ab098f500849d06ee0c6fb1d20eea54"


def test_the_shipped_questionnaire_has_the_hash_that_is_on_record(wmo: Questionnaire) -> None:
    assert (wmo.version, publish(wmo).content_hash) == (1, WMO_HASH)


def test_a_published_version_opens_as_it_was(worked: Questionnaire, wmo: Questionnaire) -> None:
    for questionnaire in (worked, wmo):
        published = publish(questionnaire)
        opened = open_published(published.content, published.content_hash)
        assert opened == published
        assert opened.questionnaire == questionnaire


def test_publishing_again_gives_the_same_content(worked: Questionnaire) -> None:
    assert publish(publish(worked).questionnaire) == publish(worked)


def test_content_is_canonical_json(worked: Questionnaire) -> None:
    content = publish(worked).content
    assert content == json.dumps(json.loads(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_content_tells_conditions_as_they_were_written(worked: Questionnaire) -> None:
    pages = json.loads(publish(worked).content)["pages"]
    assert pages[4]["show_if"] == {"ge": [{"count_selected": {"answer": "PRO01"}}, 1]}


def test_how_a_text_is_composed_or_laid_out_does_not_change_the_hash(files: dict[str, str]) -> None:
    accented = {name: text.replace("Proef", "Café") for name, text in files.items()}
    hashes = set()
    for form in ("NFC", "NFD"):
        texts = {name: unicodedata.normalize(form, text) + "\n# uitleg\n" for name, text in accented.items()}
        questionnaire = load_questionnaire(texts)
        assert isinstance(questionnaire, Questionnaire)
        hashes.add(publish(questionnaire).content_hash)
    assert len(hashes) == 1


def test_every_change_of_content_changes_the_hash(files: dict[str, str], worked: Questionnaire) -> None:
    changed = load_questionnaire(
        {**files, "kern.yaml": files["kern.yaml"].replace("when_unknown: hide", "when_unknown: show")}
    )
    assert isinstance(changed, Questionnaire)
    assert publish(changed).content_hash != publish(worked).content_hash


def test_content_that_was_tampered_with_does_not_open(worked: Questionnaire) -> None:
    published = publish(worked)
    with pytest.raises(ContentMismatchError, match=r"content has hash sha256:[0-9a-f]{64}, kept under sha256:"):
        open_published(published.content.replace("serieus", "aardig"), published.content_hash)


def test_a_hash_names_its_method() -> None:
    assert hash_content("é") == "sha256:" + "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


def test_a_questionnaire_cannot_be_changed(worked: Questionnaire) -> None:
    with pytest.raises(ValueError, match="frozen"):
        worked.title = "Anders"  # type: ignore[misc]  # that is the point
