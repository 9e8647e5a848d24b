"""Mistral: Llama's form with other defaults."""

from __future__ import annotations

from typing import ClassVar

from converters.families.llama import Llama


class Mistral(Llama):
    """Its sliding window was given up with version 0.2, and llama.cpp runs it without."""

    defaults: ClassVar = {
        **Llama.defaults,
        "max_position_embeddings": 131072,
        "num_key_value_heads": 8,
    }


FAMILY = Mistral()
