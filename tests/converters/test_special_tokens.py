from __future__ import annotations

import json

import pytest

from converters.errors import ConversionError
from converters.gguf_header import Header
from converters.special_tokens import add_end_of_turn, add_special_tokens
from tests.converters.conftest import contents

TOKENS = [{"id": number, "content": text} for number, text in enumerate(["<s>", "</s>", "<e>"])]


def special(text):
    return {"SpecialToken": {"id": text, "type_id": 0}}


def sequence(name):
    return {"Sequence": {"id": name, "type_id": 0}}


def template(single, pair=()):
    return {"type": "TemplateProcessing", "single": list(single), "pair": list(pair)}


@pytest.fixture
def found(tmp_path):
    """The keys that follow from these files."""

    def find(tokenizer=None, settings=None, config=None, vocabulary=None, **files):
        folder = tmp_path / "checkpoint"
        folder.mkdir()
        if tokenizer is not None:
            files["tokenizer.json"] = {"added_tokens": TOKENS, **tokenizer}
        if settings is not None:
            files["tokenizer_config.json"] = settings
        files["config.json"] = config or {}
        for name, value in files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(value if isinstance(value, str) else json.dumps(value))
        header = Header()
        header.string("general.architecture", "llama")
        add_special_tokens(header, folder, vocabulary)
        (tmp_path / "a.gguf").write_bytes(header.pack([]))
        values = contents(tmp_path / "a.gguf").values
        return {
            key.removeprefix("tokenizer.").removeprefix("ggml."): value
            for key, value in values.items()
            if key.startswith("tokenizer.")
        }

    return find


def test_settings_name_tokens_by_their_text(found):
    assert found({}, {"bos_token": "<s>", "eos_token": {"content": "</s>"}, "pad_token": "?"}) == {
        "bos_token_id": 0,
        "eos_token_id": 1,
    }


def test_config_fills_up_what_the_settings_leave_open(found):
    config = {"bos_token_id": 9, "eos_token_id": [1, 2], "text_config": {"pad_token_id": 3}}
    assert found({}, {"bos_token": "<s>"}, config) == {"bos_token_id": 0, "padding_token_id": 3}


def test_an_id_behind_the_vocabulary_is_left_out(found):
    assert found(config={"bos_token_id": 9, "eos_token_id": 4}, vocabulary=5) == {"eos_token_id": 4}


@pytest.mark.parametrize("token", [-1, 2**32])
def test_an_id_that_is_none_is_refused(token, found):
    with pytest.raises(ConversionError, match=f"The id of the bos token is {token}"):
        found(config={"bos_token_id": token})


def test_settings_say_what_texts_get(found):
    values = found({}, {"add_bos_token": True, "add_eos_token": False, "add_unk_token": True})
    assert values == {"add_bos_token": True, "add_eos_token": False}


def test_the_template_of_texts_goes_before_the_settings(found):
    tokenizer = {"post_processor": template([special("<s>"), sequence("A")])}
    values = found(tokenizer, {"bos_token": "<s>", "add_bos_token": False})
    assert values["add_bos_token"] is True


def test_byte_level_texts_get_nothing(found):
    values = found({"post_processor": {"type": "ByteLevel"}}, {"add_bos_token": True})
    assert values == {"add_bos_token": False, "add_eos_token": False}


def test_a_token_in_front_that_no_setting_names_begins_texts(found):
    tokenizer = {"post_processor": template([special("<s>"), sequence("A")])}
    values = found(tokenizer, {"x": 1})
    assert (values["bos_token_id"], values["add_bos_token"]) == (0, True)


def test_a_token_at_the_end_that_is_another_one_makes_the_stated_one_end_turns(found):
    tokenizer = {"post_processor": template([sequence("A"), special("</s>")])}
    values = found(tokenizer, {"eos_token": "<e>"})
    assert values["eos_token_id"] == 1
    assert values["eot_token_id"] == 2
    assert values["add_eos_token"] is True


def test_several_steps_are_looked_through(found):
    steps = [{"type": "ByteLevel"}, template([special("<s>"), sequence("A")])]
    tokenizer = {"post_processor": {"type": "Sequence", "processors": steps}}
    values = found(tokenizer, {"bos_token": "<s>"})
    assert (values["add_bos_token"], values["add_eos_token"]) == (True, False)


@pytest.mark.parametrize(
    ("between", "added"), [(["</s>"], True), (["?"], False), (["?", "</s>"], True)]
)
def test_what_stands_between_two_texts(between, added, found):
    pair = [sequence("A"), *map(special, between), sequence("B")]
    tokenizer = {"post_processor": template([sequence("A")], pair)}
    values = found(tokenizer, {"eos_token": "</s>"})
    assert values["add_sep_token"] is added
    assert values.get("seperator_token_id") == (1 if added else None)


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        ({}, {"chat_template": "T"}),
        ({"chat_template.jinja": "T"}, {"x": 1}),
        ({"chat_template.json": {"chat_template": "T"}}, {"x": 1}),
        ({"chat_template.jinja": "older"}, {"chat_template": "T"}),
    ],
)
def test_the_chat_template_is_found_wherever_it_stands(files, settings, found):
    assert found({}, settings, **files)["chat_template"] == "T"


def test_several_chat_templates_keep_their_names(found):
    choices = [
        {"name": "default", "template": "D"},
        {"name": "tool use", "template": "T"},
        {"name": "broken"},
    ]
    assert found({}, {"chat_template": choices}) == {
        "chat_template.tool_use": "T",
        "chat_templates": ["tool_use"],
        "chat_template": "D",
    }


def test_additional_templates_lie_in_a_folder(found):
    files = {"chat_template.jinja": "D", "additional_chat_templates/rag.jinja": "R"}
    values = found({}, {"x": 1}, **files)
    assert (values["chat_template"], values["chat_template.rag"]) == ("D", "R")


def test_the_end_of_a_turn_has_a_usual_id(tmp_path):
    header = Header()
    add_end_of_turn(header, tmp_path, 107)
    assert header.values["tokenizer.ggml.eot_token_id"][-4:] == (107).to_bytes(4, "little")


def test_the_end_of_a_turn_may_be_stated(tmp_path):
    (tmp_path / "config.json").write_text('{"eot_token_id": 5}')
    header = Header()
    add_end_of_turn(header, tmp_path, 107)
    assert header.values["tokenizer.ggml.eot_token_id"][-4:] == (5).to_bytes(4, "little")
