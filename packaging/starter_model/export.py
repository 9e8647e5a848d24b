"""Write the checkpoint as a GGUF with F16 matrices, as a conversion of the checkpoint would."""

from __future__ import annotations

import json

import gguf
import numpy as np
import torch

from starter_model.layout import is_rotated, names, paired
from starter_model.settings import (
    CHAT_TEMPLATE,
    CHECKPOINT,
    END,
    END_OF_TEXT,
    GGUF,
    SIZE,
    SPECIAL_TOKENS,
    TOKENIZER,
)

DESCRIPTION = (
    "A tiny chat model trained from scratch on generated English text, for first steps and for "
    "tests. It knows a few hundred facts, small sums and word games, and nothing else."
)


def add_metadata(writer: gguf.GGUFWriter, parameters: int) -> None:
    """General facts and the hyperparameters."""
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name("Quern Starter")
    writer.add_basename("quern-starter")
    writer.add_size_label(gguf.size_label(parameters, 0, 0, 0))
    writer.add_description(DESCRIPTION)
    writer.add_license("mit")
    writer.add_tags(["text-generation"])
    writer.add_languages(["en"])
    writer.add_block_count(SIZE.layers)
    writer.add_context_length(SIZE.context)
    writer.add_embedding_length(SIZE.width)
    writer.add_feed_forward_length(SIZE.feed_forward)
    writer.add_head_count(SIZE.heads)
    writer.add_head_count_kv(SIZE.heads)
    writer.add_rope_freq_base(SIZE.rope_base)
    writer.add_layer_norm_rms_eps(SIZE.norm_epsilon)
    writer.add_key_length(SIZE.head_width)
    writer.add_value_length(SIZE.head_width)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_vocab_size(SIZE.vocab)
    writer.add_rope_dimension_count(SIZE.head_width)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def add_tokenizer(writer: gguf.GGUFWriter) -> None:
    """Tokens, merges, control tokens and the chat template."""
    model = json.loads(TOKENIZER.read_text(encoding="utf-8"))["model"]
    ids: dict[str, int] = model["vocab"]
    tokens = sorted(ids, key=ids.__getitem__)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(
        [
            gguf.TokenType.CONTROL if token in SPECIAL_TOKENS else gguf.TokenType.NORMAL
            for token in tokens
        ]
    )
    writer.add_token_merges([" ".join(pair) for pair in model["merges"]])
    writer.add_bos_token_id(ids[END_OF_TEXT])
    writer.add_eos_token_id(ids[END])
    writer.add_pad_token_id(ids[END_OF_TEXT])
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def main() -> None:
    """Write `quern-starter-f16.gguf`."""
    weights = torch.load(CHECKPOINT)["model"]
    GGUF.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(GGUF, "llama")
    add_metadata(writer, sum(tensor.numel() for tensor in weights.values()))
    add_tokenizer(writer)
    for theirs, ours in names(SIZE.layers).items():
        # Rounding the norms to F16 as well keeps the way back to a F16 checkpoint exact.
        values = weights[theirs].numpy().astype(np.float16)
        if is_rotated(theirs):
            values = paired(values, SIZE.heads)
        writer.add_tensor(ours, values.astype(np.float32) if values.ndim == 1 else values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
