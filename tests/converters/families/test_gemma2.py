from __future__ import annotations

import pytest

from converters.errors import ConversionError
from tests.converters.conftest import convert, converted


def test_caps_and_window_are_stated_or_usual(write):
    values = converted(write("tiny-gemma2")).values
    assert values["gemma2.attn_logit_softcapping"] == 50.0
    assert values["gemma2.final_logit_softcapping"] == 25.0
    assert values["gemma2.attention.sliding_window"] == 4096


def test_every_part_has_a_norm_before_and_behind(write):
    found = converted(write("tiny-gemma2")).tensors
    for name in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
        assert f"blk.1.{name}.weight" in found


def test_no_cap_where_there_must_be_one_is_refused(write):
    def lose(checkpoint):
        checkpoint.config["attn_logit_softcapping"] = None

    with pytest.raises(ConversionError, match="does not state attn_logit_softcapping"):
        convert(write("tiny-gemma2", lose))
