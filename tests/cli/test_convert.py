from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.helpers.tiny_checkpoints import CHECKPOINTS, write_checkpoint


def test_a_file_is_made_and_what_to_know_is_a_note(quern, tmp_path: Path) -> None:
    outcome = quern("convert", str(tmp_path), str(tmp_path / "new.gguf"))
    assert outcome.status == 0
    assert outcome.out == f"{tmp_path / 'new.gguf'}: F16, 4 B\n"
    assert outcome.err == "Note: A note.\n"


def test_json_is_one_object(quern, tmp_path: Path) -> None:
    out = str(tmp_path / "new.gguf")
    values = json.loads(quern("convert", str(tmp_path), out, "--outtype", "bf16", "--json").out)
    assert values == {"path": out, "outtype": "bf16", "bytes": 4}


def test_a_type_nobody_knows_is_wrong_usage(quern, tmp_path: Path) -> None:
    outcome = quern("convert", str(tmp_path), "new.gguf", "--outtype", "q4_0")
    assert outcome.status == 2 and "f16" in outcome.err


def test_no_folder_is_made_that_may_be_a_slip(quern, tmp_path: Path) -> None:
    outcome = quern("convert", str(tmp_path), str(tmp_path / "nowhere" / "new.gguf"))
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err == (
        f"quern: The folder {tmp_path / 'nowhere'} is not there. Make it, or choose another.\n"
    )
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.engine
def test_a_checkpoint_for_real(quern, tmp_path: Path) -> None:
    folder = write_checkpoint(next(iter(CHECKPOINTS)), tmp_path)
    out = tmp_path / "new.gguf"
    values = json.loads(quern("convert", str(folder), str(out), "--json").out)
    assert values["bytes"] == out.stat().st_size
    assert json.loads(quern("inspect", str(out), "--json").out)["problems"] == []
    nothing = quern("convert", str(tmp_path / "nowhere"), str(tmp_path / "b.gguf"))
    assert nothing.status == 1 and "Traceback" not in nothing.err
    assert not (tmp_path / "b.gguf").exists()
