from __future__ import annotations

import json
from hashlib import sha256

import pytest
from tokenizers import Tokenizer

from converters import pre_tokenizers
from converters.errors import ConversionError
from converters.pre_tokenizers import recognise
from tests.helpers.tiny_checkpoints import RULE_LLAMA_3, RULE_QWEN_2, byte_pair_files

DIGITS = {"type": "Digits", "individual_digits": True}


def described(rule, **model):
    description = byte_pair_files(["<s>"], rule=rule)["tokenizer.json"]
    description["model"].update(model)
    return description


def asked(description):
    return recognise(Tokenizer.from_str(json.dumps(description)), description)


@pytest.mark.parametrize(
    ("rule", "model", "name"),
    [
        (None, {}, "gpt-2"),
        (RULE_QWEN_2, {}, "qwen2"),
        (RULE_LLAMA_3, {}, "llama-bpe"),
        (RULE_LLAMA_3, {"ignore_merges": False}, "smaug-bpe"),
    ],
)
def test_a_new_tokenizer_with_a_known_rule_is_recognised_and_mentioned(rule, model, name):
    found, notes = asked(described(rule, **model))
    assert found == name
    assert notes == [f"The tokenizer is a new one; its rule for words is that of {name}."]


def test_digits_one_by_one_are_smollms():
    description = described(None)
    description["pre_tokenizer"] = {
        "type": "Sequence",
        "pretokenizers": [DIGITS, description["pre_tokenizer"]],
    }
    assert asked(description)[0] == "smollm"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(pre_tokenizer=None),
        lambda d: d["pre_tokenizer"].update(add_prefix_space=True),
        lambda d: d.update(pre_tokenizer={"type": "Whitespace"}),
        lambda d: d.update(
            pre_tokenizer={
                "type": "Sequence",
                "pretokenizers": [
                    {"type": "Split", "pattern": {"Regex": r"\s"}, "behavior": "Isolated", "invert": False},
                    {**d["pre_tokenizer"], "use_regex": False},
                ],
            }
        ),
    ],
)  # fmt: skip
def test_an_unknown_rule_is_refused_rather_than_guessed(change):
    description = described(None)
    change(description)
    with pytest.raises(ConversionError, match=r"a rule llama\.cpp has no name for"):
        asked(description)


@pytest.mark.parametrize("special", [True, False])
def test_a_known_tokenizer_is_known_by_its_tokens(special, monkeypatch):
    description = byte_pair_files(["<s>"], rule=r"\s", begin="<s>")["tokenizer.json"]
    tokenizer = Tokenizer.from_str(json.dumps(description))
    tokens = tokenizer.encode(pre_tokenizers._PROBE, add_special_tokens=special).ids
    known = sha256(str(tokens).encode()).hexdigest()
    monkeypatch.setitem(pre_tokenizers._NAMES, known, "known")
    assert asked(description) == ("known", [])


def test_the_probe_is_llama_cpps():
    # Another text would recognise nothing.
    digest = sha256(pre_tokenizers._PROBE.encode()).hexdigest()
    assert digest == "a36179c1e2b1cfcfbfad1dc779addad2ffc778201e4cf0d538bddeafa2c526da"
