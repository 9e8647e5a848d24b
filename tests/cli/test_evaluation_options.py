"""Which text is meant."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from desktop.cli.evaluation_options import add_context, add_text, wanted_text
from desktop.domain.comparison import TextKind
from desktop.domain.paths import starter_model_path


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_text(parser)
    add_context(parser)
    return parser.parse_args(words)


def test_without_one_it_is_ours() -> None:
    assert wanted_text(parse(), Path("any.gguf")).kind is TextKind.OURS


def test_the_starter_model_has_its_own() -> None:
    assert wanted_text(parse(), starter_model_path()).kind is TextKind.STARTER


def test_texts_add_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    found = wanted_text(parse("--text", "a.txt", "--text", "/b"), starter_model_path())
    assert found.kind is TextKind.FILES
    assert found.paths == (tmp_path / "a.txt", Path("/b"))


def test_a_chunk_is_512_tokens_unless_said() -> None:
    assert parse().ctx == 512
    assert parse("--ctx", "1024").ctx == 1024
