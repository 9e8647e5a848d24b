from __future__ import annotations

from types import SimpleNamespace

import pytest

from converters.registry import architectures
from desktop.domain.errors import InvalidInput
from desktop.domain.hub import RepositoryKind
from desktop.hub import answers


def info(**facts: object) -> SimpleNamespace:
    nothing = dict.fromkeys(
        ("gguf", "safetensors", "config", "gated", "tags", "card_data", "downloads", "likes",
         "last_modified", "sha", "siblings")
    )  # fmt: skip
    return SimpleNamespace(**{"id": "mill/wheat", **nothing, **facts})


@pytest.mark.parametrize("name", ["mill/wheat", "a/b", "0xA/b_c.d-e", "TheBloke/Llama-2-7B-GGUF"])
def test_names_of_repositories(name: str) -> None:
    assert answers.checked_id(name) == name


@pytest.mark.parametrize("name", ["wheat", "/x", "a/", "a//b", "a/b/c", "a b/c", ".a/b", "a/.."])
def test_names_of_nothing(name: str) -> None:
    with pytest.raises(InvalidInput):
        answers.checked_id(name)


def test_a_hub_that_says_nothing_is_no_trouble() -> None:
    summary = answers.summary(info(), RepositoryKind.GGUF)
    assert (summary.parameters, summary.license, summary.updated_at) == (0, "", 0.0)
    assert answers.files(info()) == []
    assert answers.revision(info()) == ""


@pytest.mark.parametrize("name", architectures())
def test_what_the_converters_know_is_convertible(name: str) -> None:
    assert answers.is_convertible(info(config={"architectures": [name]}))
    assert answers.is_convertible(info(config={"architectures": ["Other", name]}))


@pytest.mark.parametrize(
    "config", [None, 3, {}, {"architectures": None}, {"architectures": "LlamaForCausalLM"},
               {"architectures": [None, 3]}]
)  # fmt: skip
def test_what_says_nothing_of_its_class_is_not(config: object) -> None:
    assert not answers.is_convertible(info(config=config))


def test_the_licence_is_taken_from_the_tags_or_the_card() -> None:
    def licence(**facts: object) -> str:
        return answers.summary(info(**facts), RepositoryKind.GGUF).license

    assert licence(tags=["gguf", "license:mit"], card_data=SimpleNamespace(license="x")) == "mit"
    assert licence(card_data=SimpleNamespace(license="apache-2.0")) == "apache-2.0"
    assert licence(card_data=SimpleNamespace(license=["mit"])) == ""
    assert licence(tags=["license:m\x1b[31mit"]) == "m[31mit"
