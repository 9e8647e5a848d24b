"""Sizes known before anything is made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop.domain.errors import Cancelled, InvalidInput, ModelFileInvalid
from desktop.domain.paths import starter_model_path
from desktop.domain.quantization import QuantizeOptions, TensorOverride
from desktop.domain.quantization_levels import LEVELS
from desktop.engine.imatrix_file import Entry, ImportanceMatrix, write_imatrix
from desktop.engine.quantize_plan import Planner, estimate_levels
from tests.helpers.tiny_models import TinyModel

pytestmark = pytest.mark.engine

NAMES = [level.name for level in LEVELS]
WIDE = TinyModel(width=256, feed_forward=256, weight_type="F16")  # suits every level
ODD = TinyModel(width=72, feed_forward=96, weight_type="F16")  # 72 is no multiple of 32


def estimates(path: Path, log, levels=NAMES, **options):
    planner = Planner(path, QuantizeOptions(**options), log)
    made = estimate_levels(planner, levels, lambda: False)
    return {estimate.level: estimate for estimate in made}


def test_the_starter_model_at_every_level(log) -> None:
    found = estimates(starter_model_path(), log)
    assert list(found) == NAMES
    usual = [found[name].bytes for name in NAMES[:10]]
    assert usual == sorted(usual)
    assert found["F16"].bits_per_weight == pytest.approx(16, abs=0.1)
    assert found["Q8_0"].bits_per_weight == pytest.approx(8.5, abs=0.1)
    assert not any(estimate.fallback_tensors for estimate in found.values())
    assert {name for name, e in found.items() if e.needs_imatrix} == {
        level.name for level in LEVELS if level.needs_imatrix
    }


def test_levels_without_a_reason_to_choose_them_say_why(log) -> None:
    found = estimates(starter_model_path(), log)
    assert found["Q4_1"].dominated_by == "Q4_K_M is smaller and more exact."
    assert found["MXFP4_MOE"].dominated_by == "For this model it is the same as Q8_0."
    usual = NAMES[: NAMES.index("BF16") + 1]
    assert [name for name in usual if found[name].dominated_by] == []


def test_tensors_that_do_not_suit_a_level_are_named(models, log) -> None:
    found = estimates(models(ODD), log)
    names = {fallback.name: fallback.type for fallback in found["Q4_K_M"].fallback_tensors}
    assert names["blk.0.attn_q.weight"] == "F16"  # 72 wide
    assert names["blk.0.ffn_down.weight"] in ("Q5_0", "Q8_0")  # 96 wide
    assert "output_norm.weight" not in names
    assert not found["IQ2_XS"].needs_imatrix  # every tensor falls back to something else


def test_a_matrix_adds_its_keys_and_changes_types(models, log, tmp_path: Path) -> None:
    model = models(WIDE)
    matrix = tmp_path / "m.gguf"
    entry = Entry(np.ones((1, 256), np.float32), np.ones(1, np.float32))
    write_imatrix(matrix, ImportanceMatrix({"blk.0.ffn_down.weight": entry}, ("t",), 1, 512))
    without, given = estimates(model, log), estimates(model, log, imatrix=matrix)
    assert 0 < given["Q8_0"].bytes - without["Q8_0"].bytes < 500
    assert given["IQ2_XS"].needs_imatrix and given["IQ3_XXS"].bytes != without["IQ3_XXS"].bytes


@pytest.mark.parametrize(
    ("name", "columns"), [("blk.0.ffn_down.weight", 64), ("blk.9.attn_q.weight", 256)]
)
def test_the_matrix_of_another_model_is_refused(models, log, tmp_path: Path, name, columns) -> None:
    matrix = tmp_path / "m.gguf"
    entry = Entry(np.ones((1, columns), np.float32), np.ones(1, np.float32))
    write_imatrix(matrix, ImportanceMatrix({name: entry}, (), 1, 512))
    with pytest.raises(InvalidInput, match="belongs to another model"):
        Planner(models(WIDE), QuantizeOptions(imatrix=matrix), log)


def test_overrides_and_a_kept_output_count(models, log) -> None:
    model = models(WIDE)
    plain = estimates(model, log, ["Q4_0"])["Q4_0"]
    kept = estimates(model, log, ["Q4_0"], keep_output=True)["Q4_0"]
    override = TensorOverride("ffn_down", "F16")
    changed = estimates(model, log, ["Q4_0"], overrides=(override,))["Q4_0"]
    assert plain.bytes < kept.bytes and plain.bytes < changed.bytes
    with pytest.raises(InvalidInput, match="does not suit Q8_0"):
        Planner(models(ODD), QuantizeOptions(keep_output=True), log)


def test_a_quantized_source_is_told(models, log) -> None:
    found = estimates(models(WIDE.but(weight_type="Q8_0")), log, ["Q4_K_M", "Q8_0", "F16"])
    assert found["Q4_K_M"].requantizes and not found["Q4_K_M"].dominated_by
    assert not found["Q8_0"].requantizes  # it is that already
    assert found["F16"].dominated_by == "It is no smaller than the source, and no better."


def test_a_file_that_is_no_sound_model_is_refused(models, log, tmp_path: Path) -> None:
    path = tmp_path / "short.gguf"
    path.write_bytes(models(WIDE).read_bytes()[:-1000])
    with pytest.raises(ModelFileInvalid, match="ends early"):
        Planner(path, QuantizeOptions(), log)
    unknown = models(WIDE, metadata=(("general.architecture", "unheard-of"),))
    with pytest.raises(ModelFileInvalid, match="cannot quantize"):
        Planner(unknown, QuantizeOptions(), log).plan("Q4_0")


def test_cancelling_ends_it_between_levels(models, log) -> None:
    planner = Planner(models(WIDE), QuantizeOptions(), log)
    with pytest.raises(Cancelled):
        estimate_levels(planner, NAMES, lambda: True)
