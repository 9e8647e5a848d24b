from __future__ import annotations

import pytest

from converters.gguf_header import Header
from converters.metadata import add_metadata, count_parameters
from tests.converters.conftest import contents

CARD = """---
license: apache-2.0
language: [en, de]
tags: [chat]
base_model: quern/Grain-1B
datasets: [quern/wheat]
---
# Card
"""


@pytest.fixture
def found(tmp_path):
    """The general keys of a checkpoint with these files."""

    def find(parameters=1_500_000, name="Grain-2B-Instruct-v1.0", **files):
        folder = tmp_path / name
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text)
        header = Header()
        header.string("general.architecture", "llama")
        add_metadata(header, "model", folder, parameters)
        (tmp_path / "a.gguf").write_bytes(header.pack([]))
        return {
            key.removeprefix("general."): value
            for key, value in contents(tmp_path / "a.gguf").values.items()
            if key.startswith("general.")
        }

    return find


def test_the_name_of_the_folder_tells_much(found):
    assert found() == {
        "architecture": "llama",
        "type": "model",
        "name": "Grain 2B Instruct v1.0",
        "version": "v1.0",
        "finetune": "2b-Instruct",
        "basename": "Grain",
        "size_label": "1.5M",  # counted, because the name is wrong by far
    }


def test_the_card_tells_where_it_comes_from(found):
    values = found(**{"README.md": CARD})
    assert values["license"] == "apache-2.0"
    assert values["languages"] == ["en", "de"]
    assert values["tags"] == ["chat"]
    assert values["base_model.count"] == 1
    assert values["base_model.0.repo_url"] == "https://huggingface.co/quern/Grain-1B"
    assert values["dataset.0.name"] == "Wheat"


@pytest.mark.parametrize(
    "card", ["---\n: [\n---\n", "---\nlicense: {a: [1}\n---\n", "---\n- 1\n---\n"]
)
def test_a_card_nobody_can_read_costs_nothing_else(card, found):
    values = found(name="grain", **{"README.md": card})
    assert values["size_label"] == "1.5M"
    assert values["name"].lower() == "grain"


def test_how_to_sample_is_kept(found):
    text = '{"temperature": 0.5, "top_k": 40, "repetition_penalty": 1.25}'
    values = found(**{"generation_config.json": text})
    assert values["sampling.temp"] == 0.5
    assert values["sampling.top_k"] == 40
    assert values["sampling.penalty_repeat"] == 1.25


def test_how_to_sample_is_left_out_where_it_is_no_number(found):
    values = found(
        **{"generation_config.json": '{"temperature": "warm", "top_p": [1], "top_k": 7}'}
    )
    assert "sampling.temp" not in values
    assert values["sampling.top_k"] == 7


def test_an_estimated_size_gets_no_label(found):
    assert "size_label" not in found(parameters=-5, name="grain")


def test_texts_may_follow_the_type(tmp_path):
    header = Header()
    add_metadata(header, "adapter", tmp_path, 0, [("adapter.type", "lora")])
    assert list(header.values)[:2] == ["general.type", "adapter.type"]


def test_parameters_are_counted():
    assert count_parameters([(2, 3), (4,)]) == 10


def test_a_folder_of_hugging_faces_cache_is_called_by_its_repository(tmp_path):
    folder = tmp_path / "models--quern--Grain-1B-Chat" / "snapshots" / ("ab12" * 10)
    folder.mkdir(parents=True)
    (folder / "generation_config.json").write_text('{"top_k": 5}')
    header = Header()
    header.string("general.architecture", "llama")
    add_metadata(header, "model", folder, 10**9)
    (tmp_path / "a.gguf").write_bytes(header.pack([]))
    values = contents(tmp_path / "a.gguf").values
    assert values["general.name"] == "Grain 1B Chat"
    assert values["general.sampling.top_k"] == 5
