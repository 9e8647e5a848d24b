"""Train the starter model on the CPU and keep a resumable checkpoint.

The learning rate warms up, stays, and then falls to zero. Late steps now and then use
windows of the full context, so that positions beyond the short windows are learned too.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from starter_model import data
from starter_model.model import Llama
from starter_model.settings import BUILD, CHECKPOINT, END, SEED, SIZE

TOKENS_PER_STEP = 4096
SHORT_WINDOW = 512
LONG_FROM, LONG_EVERY = 1800, 3
# (step, share of the peak learning rate), straight lines between: warm up, hold, fall to nothing.
SCHEDULE = ((0, 0.0), (100, 1.0), (1200, 1.0), (2400, 0.0))
STEPS = SCHEDULE[-1][0]
MATRIX_RATE = 4e-3
OTHER_RATE = 3e-3
LOG_EVERY = 20
SAVE_EVERY = 80


def optimizers(model: Llama) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the blocks, AdamW for embedding, output and norms."""
    matrices = [p for p in model.model.layers.parameters() if p.ndim == 2]
    inside = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in inside]
    return [
        torch.optim.Muon(
            matrices, lr=MATRIX_RATE, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"
        ),
        torch.optim.AdamW(others, lr=OTHER_RATE, betas=(0.9, 0.98), weight_decay=0.01),
    ]


def rate_factor(step: int) -> float:
    """Share of the peak learning rate at a step."""
    return float(np.interp(step + 1, *zip(*SCHEDULE, strict=True)))


def window(step: int) -> int:
    """Window length at a step."""
    is_long = step >= LONG_FROM and step % LONG_EVERY == 0
    return SIZE.context if is_long else SHORT_WINDOW


def loss_of(model: Llama, ids: np.ndarray, learn: np.ndarray) -> Tensor:
    """Mean cross-entropy of the tokens to learn."""
    tokens = torch.from_numpy(ids)
    keep = torch.from_numpy(learn[:, 1:])
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(tokens[:, :-1].contiguous(), keep)
    return functional.cross_entropy(logits.float(), tokens[:, 1:][keep])


@torch.no_grad()
def exact(model: Llama, rows: list[dict[str, object]]) -> dict[str, tuple[int, int]]:
    """(right, asked) by category: greedy decoding reproduces the answer exactly if and only if
    every answer token is the most likely one after the true ones before it, so one forward pass
    per group of questions is enough."""
    result: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    encoded = []
    for row in rows:
        prompt = data.encode(data.render(row["messages"], generate=True))
        answer = data.encode(f"{row['expected']}{END}")
        encoded.append((len(prompt), prompt + answer, row["category"]))
    encoded.sort(key=lambda item: len(item[1]))
    for start in range(0, len(encoded), 16):
        group = encoded[start : start + 16]
        tokens = torch.zeros(len(group), len(group[-1][1]), dtype=torch.long)
        for i, (_, ids, _) in enumerate(group):
            tokens[i, : len(ids)] = torch.tensor(ids)
        with torch.autocast("cpu", torch.bfloat16):
            guesses = model(tokens).argmax(-1)
        for i, (begin, ids, category) in enumerate(group):
            right = torch.equal(guesses[i, begin - 1 : len(ids) - 1], tokens[i, begin : len(ids)])
            result[category][0] += right
            result[category][1] += 1
    return {category: (right, asked) for category, (right, asked) in sorted(result.items())}


def save(path: Path, **state: object) -> None:
    """Write a checkpoint so that a crash never leaves half a file."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


def main() -> None:
    """Train to the end, or go on from the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="faster; needs a C++ compiler")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    BUILD.mkdir(parents=True, exist_ok=True)

    model = Llama(SIZE)
    tools = optimizers(model)
    peaks = [tool.param_groups[0]["lr"] for tool in tools]
    first, seconds = 0, 0.0
    if CHECKPOINT.exists():
        state = torch.load(CHECKPOINT)
        model.load_state_dict(state["model"])
        for tool, saved in zip(tools, state["optimizers"], strict=True):
            tool.load_state_dict(saved)
        first, seconds = state["step"], state["seconds"]
    if options.compile:
        for layer in model.model.layers:
            layer.compile(dynamic=False)
    # Questions come in many lengths, so they are scored on a copy that is not compiled.
    scored = Llama(SIZE)
    questions = data.held_out_questions()

    started, losses = time.monotonic(), []
    for step in range(first, STEPS):
        length = window(step)
        for tool, peak in zip(tools, peaks, strict=True):
            tool.param_groups[0]["lr"] = peak * rate_factor(step)
        loss = loss_of(model, *data.batch(step, TOKENS_PER_STEP // length, length))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for tool in tools:
            tool.step()
            tool.zero_grad(set_to_none=True)
        losses.append(loss.item())
        done = step + 1
        spent = seconds + time.monotonic() - started
        if done % LOG_EVERY == 0:
            print(f"step {done}/{STEPS} loss {np.mean(losses):.4f} {spent:.0f} s", flush=True)
            losses.clear()
        if done % SAVE_EVERY == 0 or done == STEPS:
            save(
                CHECKPOINT,
                model=model.state_dict(),
                optimizers=[tool.state_dict() for tool in tools],
                step=done,
                seconds=spent,
                tokens=done * TOKENS_PER_STEP,
            )
            scored.load_state_dict(model.state_dict())
            scores = exact(scored, questions if done == STEPS else questions[:300])
            total = sum(right for right, _ in scores.values())
            asked = sum(count for _, count in scores.values())
            print(f"held out {total / asked:.3f} {json.dumps(scores)}", flush=True)


if __name__ == "__main__":
    main()
