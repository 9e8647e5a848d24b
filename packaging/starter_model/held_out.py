"""Write the held-out text and the held-out question set into the resources."""

from __future__ import annotations

import json
import random

from starter_model import corpus, data
from starter_model.settings import HELD_OUT_QUESTIONS, HELD_OUT_TEXT, SEED

TEXT_TOKENS = 45 * 512


def text() -> str:
    """Plain conversations and stories from the held-out side, for measuring perplexity."""
    rng = random.Random(f"{SEED}-text")
    parts: list[str] = []
    tokens = 0
    while tokens < TEXT_TOKENS:
        parts.append(corpus.plain_text(rng, held_out=True))
        tokens += len(data.encode(parts[-1]))
    return "".join(parts)


def main() -> None:
    """Write both files."""
    HELD_OUT_TEXT.parent.mkdir(parents=True, exist_ok=True)
    HELD_OUT_TEXT.write_text(text(), encoding="utf-8")
    rows = [json.dumps(row, ensure_ascii=False) for row in data.held_out_questions()]
    HELD_OUT_QUESTIONS.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
