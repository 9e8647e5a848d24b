"""Folders are called what people call them: with spaces, umlauts and letters of other scripts."""

from __future__ import annotations

import shutil
import sys
from contextlib import closing
from pathlib import Path

import pytest

from desktop.domain.conversation import Role
from desktop.domain.model import LoadConfig
from desktop.domain.paths import starter_model_path
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine
from desktop.engine.protocol import ChatTurn, Generate, Generated, Load, Loaded

ROOT = Path(__file__).resolve().parents[2]
STRANGE = "Mühle 石臼 x"


@pytest.mark.engine
def test_an_engine_in_a_folder_with_a_strange_name_answers(tmp_path, monkeypatch) -> None:
    folder = tmp_path / STRANGE
    shutil.copytree(ROOT / "desktop", folder / "desktop")
    model = folder / "Modèle 模型.gguf"
    shutil.copyfile(starter_model_path(), model)
    monkeypatch.chdir(folder)
    probe = "import desktop; assert desktop.__file__.startswith({!r})"
    start = probe.format(str(folder)) + "; from desktop.engine.worker import main; main()"
    with closing(Engine((sys.executable, "-c", start))) as engine:
        engine.start()
        loaded = engine.call(lambda n: Load(id=n, path=model, config=LoadConfig()), Loaded)
        assert loaded.model.info.path == model
        answer = engine.call(
            lambda n: Generate(
                id=n,
                messages=(ChatTurn(Role.USER, "Hello!"),),
                sampler=SamplerSettings(temperature=0, max_tokens=8),
            ),
            Generated,
        )
    assert answer.completion_tokens > 0
