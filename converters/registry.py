"""Which model families can be converted, by the class name a checkpoint's config.json states.

Standard library only: the window's side asks it before it offers a conversion.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from converters.errors import ConversionError

if TYPE_CHECKING:
    from converters.families.base import Family

# Class name in config.json: module of `converters.families`, whose FAMILY converts it.
_MODULES = {
    "LlamaForCausalLM": "llama",
    "MistralForCausalLM": "mistral",
    "Qwen2ForCausalLM": "qwen2",
    "Qwen3ForCausalLM": "qwen3",
    "GemmaForCausalLM": "gemma",
    "Gemma2ForCausalLM": "gemma2",
    "Gemma3ForCausalLM": "gemma3",
    "Gemma3ForConditionalGeneration": "gemma3",
    "Phi3ForCausalLM": "phi3",
    "GPT2LMHeadModel": "gpt2",
}


def architectures() -> tuple[str, ...]:
    """Class names of the models that can be converted."""
    return tuple(_MODULES)


def family_of(architecture: str) -> Family:
    """How a model of this class is converted.

    Raises: ConversionError when the class is none that is known.
    """
    try:
        module = _MODULES[architecture]
    except KeyError:
        raise ConversionError(
            f"Models of the class {architecture} cannot be converted.",
            f"The classes known are {', '.join(architectures())}.",
        ) from None
    family: Family = importlib.import_module(f"converters.families.{module}").FAMILY
    return family
