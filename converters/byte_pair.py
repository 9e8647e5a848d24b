"""The vocabulary of a byte-pair tokenizer, from tokenizer.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer

from converters.errors import ConversionError
from converters.gguf_header import Header
from converters.json_file import read_json
from converters.pre_tokenizers import recognise
from converters.sentencepiece import TokenType, looks_special
from converters.special_tokens import add_special_tokens

_REPAIR = "Download the tokenizer's files again."
_LLAMA = {"bos": "<s>", "eos": "</s>", "unk": "<unk>"}
_GPT2 = dict.fromkeys(("bos", "eos", "unk"), "<|endoftext|>")
_QWEN2 = dict.fromkeys(("eos", "unk", "pad"), "<|endoftext|>")
# Special tokens that a class of tokenizers has unless the settings say something else, or null.
_OF_CLASS = {"LlamaTokenizer": _LLAMA, "GPT2Tokenizer": _GPT2, "Qwen2Tokenizer": _QWEN2}
_TASKS = ("bos", "eos", "unk", "sep", "pad", "cls", "mask")


def add_byte_pair(header: Header, folder: Path, size: int) -> list[str]:
    """Set the vocabulary from tokenizer.json; gives notes for the person.

    Args:
        size: how many tokens the model has; ids nobody names become padding.

    Raises: ConversionError when the file is missing, damaged, or too big for the model.
    """
    tokenizer, description = load_tokenizer(folder)
    texts = {index: text for text, index in tokenizer.get_vocab(with_added_tokens=True).items()}
    if max(texts) >= size:
        raise ConversionError(
            f"tokenizer.json has a token with the number {max(texts)}, but config.json says there "
            f"are {size} tokens.",
            "Download both files again.",
        )
    name, notes = recognise(tokenizer, description)
    added = tokenizer.get_added_tokens_decoder()
    tokens, types = [], []
    for index in range(size):
        text, kind = f"[PAD{index}]", TokenType.UNUSED
        if index in added:
            text, kind = _added(tokenizer, added[index])
        elif index in texts:
            text, kind = texts[index], TokenType.NORMAL
        tokens.append(text)
        types.append(kind)
    header.string("tokenizer.ggml.model", "gpt2")
    header.string("tokenizer.ggml.pre", name)
    header.strings("tokenizer.ggml.tokens", tokens)
    header.i32s("tokenizer.ggml.token_type", types)
    header.strings("tokenizer.ggml.merges", _merges(folder, description))
    add_special_tokens(header, folder)
    return notes


def load_tokenizer(folder: Path) -> tuple[Tokenizer, dict[str, Any]]:
    """The tokenizer as transformers would set it up, and tokenizer.json.

    Raises: ConversionError when there is none, or it is damaged.
    """
    path = folder / "tokenizer.json"
    description = read_json(path)
    if not description:
        raise ConversionError(
            f"{folder} has no tokenizer.json, the model's tokenizer.",
            "Download the tokenizer's files too.",
        )
    try:
        tokenizer = Tokenizer.from_file(str(path))
        _add_stated(tokenizer, folder)
    except (KeyboardInterrupt, SystemExit):
        raise
    except (
        BaseException
    ) as error:  # bare Exceptions, and panics of its Rust, which are not even that
        raise ConversionError(f"tokenizer.json cannot be understood: {error}.", _REPAIR) from error
    return tokenizer, description


def _add_stated(tokenizer: Tokenizer, folder: Path) -> None:
    """Add tokens that only the settings beside tokenizer.json mention."""
    settings = read_json(folder / "tokenizer_config.json")
    stated = settings.get("added_tokens_decoder") or {}
    known = {str(token) for token in tokenizer.get_added_tokens_decoder().values()}
    for _, token in sorted(stated.items(), key=lambda item: int(item[0])):
        flags = {name: bool(value) for name, value in token.items() if name != "content"}
        flags.pop("__type", None)
        if token["content"] not in known:
            tokenizer.add_tokens([AddedToken(token["content"], **flags)])
            known.add(token["content"])
    for text in special_texts(folder):
        if text not in known:
            tokenizer.add_special_tokens([AddedToken(text, normalized=False)])
            known.add(text)


def special_texts(folder: Path) -> list[str]:
    """The texts of tokens that have a task, as the settings name them."""
    settings = read_json(folder / "tokenizer_config.json")
    if "added_tokens_decoder" not in settings:
        settings = {**read_json(folder / "special_tokens_map.json"), **settings}
    usual = _OF_CLASS.get(str(settings.get("tokenizer_class")).removesuffix("Fast"), {})
    entries = [settings.get(f"{task}_token", usual.get(task)) for task in _TASKS]
    more = settings.get("additional_special_tokens")
    entries += more if isinstance(more, list) else []
    texts = [entry.get("content") if isinstance(entry, dict) else entry for entry in entries]
    return [text for text in dict.fromkeys(texts) if isinstance(text, str) and text]


def _added(tokenizer: Tokenizer, token: AddedToken) -> tuple[str, TokenType]:
    """Text and type of an added token; llama.cpp expects the text normalized."""
    text = token.content
    if not token.normalized:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        text = tokenizer.decode(ids, skip_special_tokens=False)
    if token.special or looks_special(text):
        return text, TokenType.CONTROL
    return text.replace("▁", " "), TokenType.USER_DEFINED


def _merges(folder: Path, description: dict[str, Any]) -> list[str]:
    """Pairs of tokens that become one, the more frequent first, with a space between them."""
    merges = (description.get("model") or {}).get("merges") or []
    if not merges:
        raise ConversionError(
            f"The tokenizer.json in {folder} has no merges, so it is no byte-pair tokenizer.",
            "Models with this kind of tokenizer cannot be converted.",
        )
    # A space within a token is written as byte-level tokenizers write it, to keep the two apart.
    return [
        merge if isinstance(merge, str) else " ".join(part.replace(" ", "Ġ") for part in merge)
        for merge in merges
    ]
