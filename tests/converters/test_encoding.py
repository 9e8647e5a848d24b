from __future__ import annotations

import gguf
import numpy as np
import pytest

from converters.encoding import OUTTYPES, Encoding, NotFinite, encode, too_great, widened

TYPES = {encoding: gguf.GGMLQuantizationType(encoding.number) for encoding in Encoding}


def difficult() -> np.ndarray:
    """Values of all sizes, ties, zeros, and blocks too small for a scale."""
    generator = np.random.default_rng(1)
    values = generator.standard_normal((64, 96)).astype(np.float32)
    values[0] = 0
    values[1] *= np.float32(1e-30)
    values[2] = np.arange(96) / 2
    values[2, ::32] = 127  # the scale is 1, so halves are ties
    values[3, :] = -0.0
    values[4] = np.float32(0.49999997)
    values[4, ::32] = 127
    values[5] *= 1000
    values[6, 0] = np.float32(1e-42)
    return values


@pytest.mark.parametrize("encoding", list(Encoding))
def test_bytes_are_those_of_the_formats_own_library(encoding):
    values = difficult()
    expected = gguf.quants.quantize(values, TYPES[encoding])
    assert encode(values, "F32", encoding).tobytes() == expected.tobytes()
    assert encoding.size(values.shape) == expected.nbytes


def test_a_block_too_small_for_its_scale_is_zero():
    values = np.full((1, 32), 1e-42, np.float32)
    assert not encode(values, "F32", Encoding.Q8_0)[:, 2:].any()


@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize("dtype", ["F16", "BF16"])
def test_16_bit_types_are_widened_exactly(dtype, encoding):
    values = difficult()
    bits = (values.view(np.uint32) >> 16).astype(np.uint16)
    stored = values.astype(np.float16) if dtype == "F16" else bits
    exact = stored.astype(np.float32) if dtype == "F16" else widened(bits, "BF16")
    expected = gguf.quants.quantize(exact, TYPES[encoding])
    assert encode(stored, dtype, encoding).tobytes() == expected.tobytes()


@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize("dtype", ["F64", "F32", "F16", "BF16"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_found_in_every_type(value, dtype, encoding):
    values = np.ones((2, 32), np.float32)
    values[1, 30] = value
    if dtype == "BF16":
        stored = (values.view(np.uint32) >> 16).astype(np.uint16)
    else:
        stored = values.astype({"F64": "f8", "F32": "f4", "F16": "f2"}[dtype])
    with pytest.raises(NotFinite):
        encode(stored, dtype, encoding)


@pytest.mark.parametrize(
    ("value", "dtype", "encoding"),
    [
        (70000.0, "F32", Encoding.F16),
        (1e300, "F64", Encoding.F32),
        (1e10, "F32", Encoding.Q8_0),
        (3.4e38, "F32", Encoding.BF16),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_what_is_too_great_for_a_type_is_found(value, dtype, encoding):
    values = np.full((1, 32), value, {"F64": "f8", "F32": "f4"}[dtype])
    with pytest.raises(NotFinite):
        encode(values, dtype, encoding)


def test_only_whole_blocks_fit():
    assert Encoding.Q8_0.fits((3, 64))
    assert not Encoding.Q8_0.fits((64, 3))
    assert Encoding.F16.fits((64, 3))


def test_the_sentence_offers_bf16_where_that_may_help():
    assert "bf16" in too_great("The tensor a", Encoding.F16).advice
    assert "bf16" not in too_great("The tensor a", Encoding.F32).advice


def test_output_types_have_llama_cpps_numbers():
    numbers = {name: number for name, (_, number) in OUTTYPES.items()}
    assert numbers == {
        "f32": gguf.LlamaFileType.ALL_F32,
        "f16": gguf.LlamaFileType.MOSTLY_F16,
        "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
        "bf16": gguf.LlamaFileType.MOSTLY_BF16,
    }
