"""The Llama architecture in plain torch, named as in Hugging Face checkpoints."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from starter_model.settings import ModelSize


def _rotary(size: ModelSize) -> tuple[Tensor, Tensor]:
    """cos and sin of shape (context, head_width), both halves alike as Hugging Face has them."""
    steps = torch.arange(0, size.head_width, 2).float() / size.head_width
    angles = torch.outer(torch.arange(size.context).float(), size.rope_base**-steps)
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos(), angles.sin()


def _rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class Attention(nn.Module):
    """Causal self-attention with rotary positions."""

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.heads = size.heads
        self.q_proj = nn.Linear(size.width, size.width, bias=False)
        self.k_proj = nn.Linear(size.width, size.width, bias=False)
        self.v_proj = nn.Linear(size.width, size.width, bias=False)
        self.o_proj = nn.Linear(size.width, size.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """(batch, time, width) -> the same shape."""
        batch, time, width = x.shape
        q, k, v = (
            projection(x).view(batch, time, self.heads, -1).transpose(1, 2)
            for projection in (self.q_proj, self.k_proj, self.v_proj)
        )
        q, k = _rotated(q, cos, sin).to(v.dtype), _rotated(k, cos, sin).to(v.dtype)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, time, width))


class FeedForward(nn.Module):
    """SwiGLU."""

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(size.width, size.feed_forward, bias=False)
        self.up_proj = nn.Linear(size.width, size.feed_forward, bias=False)
        self.down_proj = nn.Linear(size.feed_forward, size.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, time, width) -> the same shape."""
        return self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    """Attention and feed-forward, each behind a norm and added to the residual stream."""

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.input_layernorm = nn.RMSNorm(size.width, eps=size.norm_epsilon)
        self.self_attn = Attention(size)
        self.post_attention_layernorm = nn.RMSNorm(size.width, eps=size.norm_epsilon)
        self.mlp = FeedForward(size)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """(batch, time, width) -> the same shape."""
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    """Embedding, blocks and last norm; `model.` in Hugging Face's names."""

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(size.vocab, size.width)
        self.layers = nn.ModuleList(Block(size) for _ in range(size.layers))
        self.norm = nn.RMSNorm(size.width, eps=size.norm_epsilon)


class Llama(nn.Module):
    """A decoder with an output matrix of its own (not tied to the embedding)."""

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.model = Decoder(size)
        self.lm_head = nn.Linear(size.width, size.vocab, bias=False)
        cos, sin = _rotary(size)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                # Matrices that write into the residual stream start smaller, one per sub-layer.
                writes = name.endswith(("o_proj.weight", "down_proj.weight"))
                scale = (2 * size.layers) ** -0.5 if writes else 1.0
                nn.init.normal_(parameter, std=0.02 * scale)

    def forward(self, tokens: Tensor, keep: Tensor | None = None) -> Tensor:
        """Token ids (batch, time) -> logits (batch, time, vocab).

        With `keep`, a mask of the shape of `tokens`, only the logits of kept positions are
        computed and returned as (kept, vocab), which saves the output matrix for the others.
        """
        x = self.model.embed_tokens(tokens)
        cos, sin = self.cos[: tokens.shape[1]], self.sin[: tokens.shape[1]]
        for layer in self.model.layers:
            x = layer(x, cos, sin)
        x = self.model.norm(x)
        return self.lm_head(x if keep is None else x[keep])
