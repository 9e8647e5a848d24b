"""Converted models in the real engine."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from tokenizers import Tokenizer

from converters.encoding import OUTTYPES
from desktop.engine.protocol import Generated, Loaded, Tokenize
from tests.converters.conftest import convert
from tests.engine.conftest import Child, user
from tests.helpers.gguf_logits import logits
from tests.helpers.tiny_checkpoints import CHECKPOINTS, write_checkpoint

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    child = Child()
    yield child
    child.close()


@pytest.mark.parametrize("name", list(CHECKPOINTS))
def test_the_engine_loads_the_model_and_writes_with_it(name, child, tmp_path):
    path = convert(write_checkpoint(name, tmp_path), "f16").path
    loaded = child.load(path, context=128)
    assert isinstance(loaded.reply, Loaded)
    answer = child.generate(user("hello world"), max_tokens=4, temperature=0.0)
    assert isinstance(answer.reply, Generated)
    assert answer.reply.completion_tokens > 0


@pytest.mark.parametrize(
    "name", ["tiny-llama3", "tiny-qwen2", "tiny-qwen3", "tiny-phi4", "tiny-gpt2"]
)
@pytest.mark.parametrize(
    "text", ["hello world", "The cats' 12345 toys,\n\n  isn't it? größer 日本"]
)
def test_llama_cpp_reads_the_same_tokens_as_the_tokenizer_of_the_checkpoint(
    text, name, child, tmp_path
):
    source = write_checkpoint(name, tmp_path)
    child.load(convert(source, "f16").path, context=128)
    expected = Tokenizer.from_file(str(source / "tokenizer.json"))
    found = child.ask(Tokenize, text=text).reply.tokens
    assert list(found) == expected.encode(text, add_special_tokens=False).ids


def test_smaller_types_say_about_the_same(tmp_path):
    source = write_checkpoint("tiny-llama3", tmp_path)
    files = []
    for outtype in OUTTYPES:
        path = convert(source, outtype).path
        files.append([path.rename(tmp_path / f"{outtype}.gguf")])
    exact, *others = logits(*files)
    assert all(np.corrcoef(exact, other)[0, 1] > 0.99 for other in others)
