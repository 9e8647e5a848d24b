"""Any prompt that can be kept, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from desktop.core.prompt_draft import checked
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import (
    ChainLink,
    Example,
    FieldKind,
    PromptContent,
    PromptDraft,
    PromptField,
)
from desktop.domain.sampling import SamplerSettings

TEXTS = st.text(max_size=40) | st.sampled_from(
    ["\n\nx\n", "---\na: b\n---\n", " leading", "trailing ", "yes", "null", "1.5", "- a\n- b", "a: b",
     "# x", "'", '"', "\t", "|\n  x", "x\n ", "\x85\u2028", "\ufeffx", "{a}\n{{b}}", "&a *a !!x", "~"]
)  # fmt: skip

SAMPLERS = st.builds(
    SamplerSettings,
    temperature=st.floats(0, 5),
    top_k=st.integers(0, 1000),
    seed=st.none() | st.integers(0, 2**32 - 2),
    stop=st.lists(TEXTS, max_size=2).map(tuple),
    grammar=TEXTS,
)
FIELDS = st.builds(
    PromptField,
    name=TEXTS,
    kind=st.sampled_from(FieldKind),
    default=TEXTS,
    choices=st.lists(TEXTS, max_size=3).map(tuple),
    hint=TEXTS,
)
CONTENTS = st.builds(
    PromptContent,
    text=TEXTS.map(lambda text: f"{text}x"),
    system_prompt=TEXTS,
    fields=st.lists(FIELDS, max_size=3).map(tuple),
    examples=st.lists(st.builds(Example, TEXTS, TEXTS), max_size=3).map(tuple),
    sampler=st.none() | SAMPLERS,
    then=st.none() | st.builds(ChainLink, TEXTS, TEXTS),
)


def _checked(draft: PromptDraft) -> PromptDraft | None:
    try:
        return checked(draft)
    except InvalidInput:
        return None


DRAFTS = (
    st.builds(
        PromptDraft,
        title=TEXTS,
        content=CONTENTS,
        folder=TEXTS,
        tags=st.lists(TEXTS, max_size=3).map(tuple),
        why=TEXTS,
        key=TEXTS,
    )
    .map(_checked)
    .filter(lambda draft: draft is not None)
)
