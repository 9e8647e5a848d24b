"""Which files of a repository make up which models, judged by their names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from desktop.domain.hub import RemoteFile, RemoteModel

_SPLIT = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})", re.IGNORECASE)
_NO_MODEL = re.compile(
    r"(?:^|[-_. /])(?:mmproj|imatrix|lora|adapter|control-?vector|vocab)(?=$|[-_. /])",
    re.IGNORECASE,
)
_MERGED = re.compile(r"(?:^|[-_. ])merged(?=$|[-_. ])", re.IGNORECASE)
# The names llama.cpp gives its levels, those others made of them, and plain "Q4".
_LEVEL = re.compile(
    r"""(?<![A-Z0-9])(?:
        I?Q[1-8]_(?:
            K(?:_(?:XXL|XL|L|M|S|XS))? | K[STL] | KSS
            | NL(?:_XL)? | XXS | XS | S | M | L | XL
            | [01](?:_(?:4_4|4_8|8_8|L|XL))?
        )
        | TQ[12]_0 | BF16 | FP?16 | FP?32 | MXFP4(?:_MOE)? | NVFP4
        | Q[2-8](?!_)
    )(?![A-Z0-9])""",
    re.VERBOSE | re.IGNORECASE,
)
_BESIDE_WEIGHTS = (  # the model card holds the licence, which the converted file states
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer.model",
    "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
    "merges.txt", "chat_template.jinja", "chat_template.json", "model.safetensors.index.json",
    "README.md",
)  # fmt: skip
_WEIGHTS = re.compile(r"model(?:-(?P<number>\d{5})-of-(?P<count>\d{5}))?\.safetensors")


def models(files: Iterable[RemoteFile]) -> tuple[RemoteModel, ...]:
    """The models among files, smallest first. A split one counts when all its parts are there."""
    groups: dict[tuple[str, str, int], dict[int, RemoteFile]] = {}
    for file in files:
        path = PurePosixPath(file.path)
        if path.suffix.lower() != ".gguf" or not file.size or not _is_model(file.path):
            continue
        match = _SPLIT.fullmatch(path.stem)
        stem, number, count = path.stem, 1, 1
        if match is not None:
            stem, number, count = match["stem"], int(match["number"]), int(match["count"])
        groups.setdefault((str(path.parent), stem, count), {})[number] = file
    stems = Counter(stem for _, stem, _ in groups)
    found: dict[str, RemoteModel] = {}
    for (folder, stem, count), parts in groups.items():
        if len(parts) == count and set(parts) == set(range(1, count + 1)):
            # Some repositories call the files of all levels the same, in a folder for each.
            name = stem if stems[stem] == 1 else f"{folder}/{stem}".removeprefix("./")
            ordered = tuple(parts[number] for number in sorted(parts))
            found[name] = RemoteModel(name, level(f"{folder}/{stem}"), ordered)
    return tuple(sorted(found.values(), key=lambda model: (model.size, model.name)))


def level(name: str) -> str:
    """The quantization level a file's name tells: "Q4_K_M", or "" when it tells none.

    The last one counts, in the file's name rather than in its folder's.
    """
    found = ""
    for match in _LEVEL.finditer(name):
        found = match[0].upper()
    return {"FP16": "F16", "FP32": "F32"}.get(found, found)


def checkpoint(files: Iterable[RemoteFile]) -> tuple[RemoteFile, ...]:
    """What a conversion reads: configuration, vocabulary, all weights, and the model card if there
    is one; empty when something else of these is missing."""
    by_path = {file.path: file for file in files}
    weights: dict[int, RemoteFile] = {}
    count = 0
    for path, file in by_path.items():
        match = _WEIGHTS.fullmatch(path)
        if match is not None and file.size:
            weights[int(match["number"] or 1)] = file
            count = int(match["count"] or 1)
    has_vocabulary = not by_path.keys().isdisjoint(("tokenizer.json", "tokenizer.model"))
    if len(weights) != count or not count or "config.json" not in by_path or not has_vocabulary:
        return ()
    rest = [by_path[name] for name in _BESIDE_WEIGHTS if name in by_path]
    return (*rest, *(weights[number] for number in sorted(weights)))


def _is_model(path: str) -> bool:
    """False for what goes with a model: image encoders, importance matrices, adapters."""
    match = _NO_MODEL.search(path)
    return match is None or ("lora" in match[0].lower() and bool(_MERGED.search(path)))
