"""The quantization levels there are.

A *level* is llama.cpp's file type: a recipe that gives every tensor of a model its type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.errors import InvalidInput


class LevelGroup(StrEnum):
    """Where a level stands in the list."""

    USUAL = "usual"
    FULL = "full"  # not quantized: 16-bit floating point
    MORE = "more"


@dataclass(frozen=True, slots=True)
class QuantizationLevel:
    """One of llama.cpp's file types.

    Attributes:
        name: as llama.cpp calls it.
        file_type: its number in `general.file_type`.
        bits: per weight, of the type most tensors get; a whole file has a little more.
        explanation: what it is, in one line.
        needs_imatrix: whether it is refused without an importance matrix (which also depends on
            the model: see LevelEstimate).
    """

    name: str
    file_type: int
    group: LevelGroup
    bits: float
    explanation: str
    needs_imatrix: bool = False


def _usual(name: str, number: int, bits: float, text: str) -> QuantizationLevel:
    return QuantizationLevel(name, number, LevelGroup.USUAL, bits, text)


def _more(
    name: str, number: int, bits: float, text: str, *, needs: bool = False
) -> QuantizationLevel:
    return QuantizationLevel(name, number, LevelGroup.MORE, bits, text, needs)


LEVELS: tuple[QuantizationLevel, ...] = (
    _usual(
        "Q2_K", 10, 2.625,
        "2 bits, with 3 in the feed-forward outputs and more in attention values; a clear loss.",
    ),
    _usual(
        "Q3_K_S", 11, 3.4375, "3 bits throughout; a visible loss.",
    ),
    _usual(
        "Q3_K_M", 12, 3.4375,
        "3 bits, with 4 or 5 where they matter most: attention values and outputs, feed-forward "
        "outputs.",
    ),
    _usual(
        "Q3_K_L", 13, 3.4375,
        "3 bits, with 5 in attention values and outputs and in feed-forward outputs.",
    ),
    _usual(
        "Q4_K_S", 14, 4.5,
        "4 bits, with 5 in the first layers' attention values and feed-forward outputs.",
    ),
    _usual(
        "Q4_K_M", 15, 4.5,
        "4 bits, with 6 in half of the attention values and feed-forward outputs; the usual "
        "choice.",
    ),
    _usual("Q5_K_S", 16, 5.5, "5 bits throughout."),
    _usual(
        "Q5_K_M", 17, 5.5,
        "5 bits, with 6 in half of the attention values and feed-forward outputs; close to the "
        "original.",
    ),
    _usual(
        "Q6_K", 18, 6.5625, "6 bits; hard to tell from the original."
    ),
    _usual(
        "Q8_0", 7, 8.5,
        "8 bits, one scale for 32 weights; practically the same as the original.",
    ),
    QuantizationLevel(
        "F16", 1, LevelGroup.FULL, 16.0,
        "16-bit floating point, not quantized: more digits than BF16, less range.",
    ),
    QuantizationLevel(
        "BF16", 32, LevelGroup.FULL, 16.0,
        "16-bit floating point, not quantized: what most models are trained in.",
    ),
    _more("Q4_0", 2, 4.5, "Older 4 bits, one scale for 32 weights; fast on ARM and AVX."),
    _more("Q4_1", 3, 5.0, "Older 4 bits, a scale and an offset for 32 weights."),
    _more("Q5_0", 8, 5.5, "Older 5 bits, one scale for 32 weights."),
    _more("Q5_1", 9, 6.0, "Older 5 bits, a scale and an offset for 32 weights."),
    _more("Q2_K_S", 21, 2.625, "2 bits nearly throughout; a heavy loss.", needs=True),
    _more("IQ4_NL", 25, 4.5, "4 bits through a table with finer steps near zero."),
    _more("IQ4_XS", 30, 4.25, "As IQ4_NL, smaller: its scales are quantized too."),
    _more("IQ3_M", 27, 3.4375, "IQ3_S with 4 bits in attention values and outputs."),
    _more("IQ3_S", 26, 3.4375, "3 bits: groups of weights become entries of a codebook."),
    _more("IQ3_XS", 22, 3.3, "Between IQ3_S and IQ3_XXS: both, layer by layer.", needs=True),
    _more("IQ3_XXS", 23, 3.0625, "3 bits with a smaller codebook than IQ3_S.", needs=True),
    _more("IQ2_M", 29, 2.5625, "2.5 bits with a codebook, 3 in attention.", needs=True),
    _more("IQ2_S", 28, 2.3125, "IQ2_XS with 3 bits in attention.", needs=True),
    _more("IQ2_XS", 20, 2.3125, "2.3 bits with a codebook; a heavy loss.", needs=True),
    _more("IQ2_XXS", 19, 2.0625, "2 bits with a small codebook; a heavy loss.", needs=True),
    _more("IQ1_M", 31, 1.75, "Below 2 bits; of use with very large models only.", needs=True),
    _more("IQ1_S", 24, 1.5625, "The fewest bits; of use with very large models only.", needs=True),
    _more(
        "TQ2_0", 37, 2.0625,
        "Weights of -1, 0 and 1, for models trained with them; destroys all others.",
    ),
    _more(
        "TQ1_0", 36, 1.6875,
        "As TQ2_0, packed tighter and slower; destroys models not trained for it.",
    ),
    _more(
        "MXFP4_MOE", 38, 4.25,
        "4-bit floating point for the experts of a mixture-of-experts model, 8 bits for the rest.",
    ),
)  # fmt: skip

K_EXPLANATION = (
    "K levels pack 256 weights into a super-block whose scales are quantized too; S, M and L say "
    "how many tensors get more bits than the name."
)
IMATRIX_EXPLANATION = (
    "An importance matrix says which weights a model uses most on a text, so that rounding spares "
    "them. It makes no file larger."
)

# Those that are compared when nobody says which.
COMPARED_LEVELS = ("Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M")

BY_NAME = {level.name: level for level in LEVELS}
_ALIASES = {"Q3_K": "Q3_K_M", "Q4_K": "Q4_K_M", "Q5_K": "Q5_K_M", "MXFP4": "MXFP4_MOE"}

# Types that hold weights as they were, which quantizing may start from.
UNQUANTIZED_TYPES = frozenset({"F32", "F16", "BF16", "F64"})

# Mean squared rounding error of normally distributed weights, as a part of their variance; measured
# with ggml's own quantizers, without an importance matrix. It ranks what a level does to a model.
_ROUNDING_ERROR = {
    "F32": 0.0, "F64": 0.0, "F16": 4.3e-8, "BF16": 2.8e-6, "Q8_0": 2.9e-5, "Q6_K": 3.2e-4,
    "Q5_K": 1.31e-3, "Q5_1": 1.44e-3, "Q5_0": 1.83e-3, "Q4_K": 5.1e-3, "IQ4_NL": 5.6e-3,
    "IQ4_XS": 5.7e-3, "Q4_1": 6.1e-3, "Q4_0": 7.4e-3, "MXFP4": 1.32e-2, "IQ3_S": 1.89e-2,
    "Q3_K": 2.28e-2, "IQ3_XXS": 3.31e-2, "IQ2_S": 6.2e-2, "Q2_K": 8.8e-2, "IQ2_XS": 9.0e-2,
    "IQ2_XXS": 0.118, "IQ1_M": 0.204, "IQ1_S": 0.236, "TQ2_0": 0.654, "TQ1_0": 0.654,
}  # fmt: skip

# What single tensors can be given.
TENSOR_TYPES = tuple(name for name in _ROUNDING_ERROR if name != "F64")


def level_named(word: str) -> QuantizationLevel:
    """The level a person means, in any case; also llama.cpp's short names. Raises: InvalidInput."""
    name = word.strip().upper()
    level = BY_NAME.get(_ALIASES.get(name, name))
    if level is None:
        raise InvalidInput(
            f"“{word}” is no quantization level.",
            f"Choose one of: {', '.join(BY_NAME)}.",
        )
    return level


def rounding_error(weights: Mapping[str, int]) -> float:
    """Mean squared error, relative to the weights' variance, of `weights` by tensor type."""
    total = sum(weights.values())
    worst = max(_ROUNDING_ERROR.values())
    lost = sum(count * _ROUNDING_ERROR.get(name, worst) for name, count in weights.items())
    return lost / total if total else 0.0
