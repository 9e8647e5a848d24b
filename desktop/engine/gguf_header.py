"""What a GGUF file says about itself, read in milliseconds through llama.cpp's own reader."""

from __future__ import annotations

import ctypes
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as llama

from desktop.domain.errors import ModelFileInvalid, ModelFileMissing
from desktop.domain.model import ModelInfo, TensorInfo
from desktop.engine.native import LlamaLog, function

MAGIC = b"GGUF"
MAX_TEXT = 4000  # characters of one metadata value that are shown

_ARRAY, _STRING = 9, 8
_NUMBERS = {
    0: ("u8", ctypes.c_uint8), 1: ("i8", ctypes.c_int8), 2: ("u16", ctypes.c_uint16),
    3: ("i16", ctypes.c_int16), 4: ("u32", ctypes.c_uint32), 5: ("i32", ctypes.c_int32),
    6: ("f32", ctypes.c_float), 7: ("bool", ctypes.c_bool), 10: ("u64", ctypes.c_uint64),
    11: ("i64", ctypes.c_int64), 12: ("f64", ctypes.c_double),
}  # fmt: skip
_TEMPLATE_KEY = "tokenizer.chat_template"
_BLOCK = re.compile(r"(?:^|\.)blk\.(\d+)\.")
_SHARD = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")
_KINDS = {
    "adapter": "a LoRA adapter",
    "imatrix": "an importance matrix",
    "mmproj": "a model's image encoder",
    "controlvector": "a control vector",
}


class _InitParams(ctypes.Structure):
    _fields_ = (("no_alloc", ctypes.c_bool), ("context", ctypes.c_void_p))


class Header:
    """An open `gguf_context`."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def _call(self, name: str, result: Any, index: int) -> Any:
        call = function(f"gguf_{name}", result, ctypes.c_void_p, ctypes.c_int64)
        return call(self._handle, index)

    def _count(self, name: str, result: Any = ctypes.c_int64) -> int:
        return int(function(f"gguf_{name}", result, ctypes.c_void_p)(self._handle))

    def values(self) -> tuple[dict[str, Any], dict[str, int]]:
        """Scalars by key, and the lengths of arrays by key."""
        scalars: dict[str, Any] = {}
        lengths: dict[str, int] = {}
        for index in range(self._count("get_n_kv")):
            key = _text(self._call("get_key", ctypes.c_char_p, index))
            kind = self._call("get_kv_type", ctypes.c_int, index)
            if kind == _ARRAY:
                lengths[key] = self._call("get_arr_n", ctypes.c_size_t, index)
            elif kind == _STRING:
                scalars[key] = _text(self._call("get_val_str", ctypes.c_char_p, index))
            elif kind in _NUMBERS:
                suffix, c_type = _NUMBERS[kind]
                scalars[key] = self._call(f"get_val_{suffix}", c_type, index)
        return scalars, lengths

    def texts(self, key: str) -> list[str]:
        """The strings of an array, none when it is not there or holds something else."""
        find = function("gguf_find_key", ctypes.c_int64, ctypes.c_void_p, ctypes.c_char_p)
        index = find(self._handle, key.encode())
        if index < 0 or self._call("get_kv_type", ctypes.c_int, index) != _ARRAY:
            return []
        if self._call("get_arr_type", ctypes.c_int, index) != _STRING:
            return []
        text = function(
            "gguf_get_arr_str", ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_size_t
        )
        length = self._call("get_arr_n", ctypes.c_size_t, index)
        return [_text(text(self._handle, index, place)) for place in range(length)]

    def tensors(self) -> Iterator[tuple[TensorInfo, int]]:
        """Every tensor with where its data ends in the file."""
        begin = self._count("get_data_offset", ctypes.c_size_t)
        type_name = function("ggml_type_name", ctypes.c_char_p, ctypes.c_int)
        for index in range(self._count("get_n_tensors")):
            shape = self._call("get_tensor_ne", ctypes.POINTER(ctypes.c_int64), index)
            size = self._call("get_tensor_size", ctypes.c_size_t, index)
            offset = self._call("get_tensor_offset", ctypes.c_size_t, index)
            yield (
                TensorInfo(
                    name=_text(self._call("get_tensor_name", ctypes.c_char_p, index)),
                    type=_text(
                        type_name(self._call("get_tensor_type", ctypes.c_int, index))
                    ).upper(),
                    shape=_trim(shape[:4]),
                    size=size,
                ),
                begin + offset + size,
            )


def read_header(path: Path, log: LlamaLog) -> ModelInfo:
    """Read a GGUF header; of a split model those of all its parts.

    Raises: ModelFileMissing, ModelFileInvalid when it is no GGUF file at all. What else is wrong
    with it stands in `problems`.
    """
    file_size = 0
    tensors: list[TensorInfo] = []
    problems: list[str] = []
    scalars: dict[str, Any] = {}
    lengths: dict[str, int] = {}
    for number, part in enumerate(parts_of(path)):
        if number and not part.is_file():
            problems.append(f"The part {part.name} of this split model is missing.")
            break  # a file's name may promise 99,999 parts
        size = _check_magic(part)
        file_size += size
        with opened_header(part, log) as header:
            if number == 0:
                scalars, lengths = header.values()
            end = 0
            for tensor, tensor_end in header.tensors():
                tensors.append(tensor)
                end = max(end, tensor_end)
        if end > size:
            problems.append(f"The file ends early: {size:,} of {end:,} bytes are there.")
    return _model_info(path, file_size, scalars, lengths, tensors, problems)


def loadable(info: ModelInfo) -> ModelInfo:
    """`info`, when nothing in it keeps the model from being loaded. Raises: ModelFileInvalid."""
    if info.problems:
        raise ModelFileInvalid(info.problems[0], "Download it again, or choose another file.")
    return info


def _model_info(
    path: Path,
    file_size: int,
    scalars: dict[str, Any],
    lengths: dict[str, int],
    tensors: list[TensorInfo],
    problems: list[str],
) -> ModelInfo:
    architecture = str(scalars.get("general.architecture", ""))

    def number(name: str) -> int:
        value = scalars.get(f"{architecture}.{name}", 0)
        return int(value) if isinstance(value, int) and 0 <= value < 2**31 else 0

    parameters = sum(prod(tensor.shape) for tensor in tensors)
    template = scalars.pop(_TEMPLATE_KEY, None)
    info = ModelInfo(
        path=path,
        file_size=file_size,
        architecture=architecture,
        name=str(scalars.get("general.name") or path.stem),
        level=_level(scalars.get("general.file_type"), tensors),
        parameters=parameters,
        bits_per_weight=sum(t.size for t in tensors) * 8 / parameters if parameters else 0.0,
        context_length=number("context_length"),
        embedding_length=number("embedding_length"),
        block_count=number("block_count"),
        head_count=number("attention.head_count"),
        head_count_kv=number("attention.head_count_kv") or number("attention.head_count"),
        vocabulary_size=lengths.get("tokenizer.ggml.tokens", number("vocab_size")),
        tokenizer=str(scalars.get("tokenizer.ggml.model", "")),
        license=str(scalars.get("general.license", "")),
        description=str(scalars.get("general.description", "")),
        chat_template=template if isinstance(template, str) else None,
        tensors=tuple(tensors),
        metadata={key: str(value)[:MAX_TEXT] for key, value in scalars.items()},
    )
    return replace(info, problems=(*problems, *_structure_problems(info, scalars)))


def _structure_problems(info: ModelInfo, scalars: dict[str, Any]) -> Iterator[str]:
    """What would make llama.cpp stop the process, or load something that is no model."""
    kind = scalars.get("general.type", "model")
    if kind in _KINDS:
        yield f"This file is {_KINDS[kind]}, not a model."
        return
    if not info.architecture:
        yield "The file does not say which architecture the model has."
    if not info.tensors:
        yield "The file holds no weights."
        return
    blocks = {int(found[1]) for t in info.tensors if (found := _BLOCK.search(t.name))}
    if info.tokenizer in ("", "no_vocab"):
        yield "The file holds no vocabulary."
    said = scalars.get(f"{info.architecture}.block_count")
    if blocks and isinstance(said, int) and said != max(blocks) + 1:
        yield f"The file says that the model has {said:,} layers, but holds {max(blocks) + 1:,}."


def _level(file_type: Any, tensors: list[TensorInfo]) -> str:
    """The quantization level by name; guessed from the weights when the file does not say."""
    if isinstance(file_type, int) and file_type in _LEVELS:
        return _LEVELS[file_type]
    sizes: Counter[str] = Counter()
    for tensor in tensors:
        if len(tensor.shape) > 1:
            sizes[tensor.type] += tensor.size
    return sizes.most_common(1)[0][0] if sizes else ""


def _file_types() -> dict[int, str]:
    prefix = "LLAMA_FTYPE_"
    return {
        getattr(llama, name): name.removeprefix(prefix).removeprefix("MOSTLY_").removeprefix("ALL_")
        for name in dir(llama)
        if name.startswith(prefix) and name != "LLAMA_FTYPE_GUESSED"
    }


_LEVELS = _file_types()


def parts_of(path: Path) -> list[Path]:
    """The files of a model: one, or all parts of a split one.

    Raises: ModelFileInvalid for a part that is not the first.
    """
    match = _SHARD.search(path.name)
    if match is None:
        return [path]
    number, count = int(match[1]), int(match[2])
    stem = path.name[: match.start()]
    if number != 1:
        raise ModelFileInvalid(
            f"This is part {number} of {count} of a split model.",
            f"Open its first part, {stem}-00001-of-{count:05}.gguf.",
        )
    return [path.with_name(f"{stem}-{n:05}-of-{count:05}.gguf") for n in range(1, count + 1)]


def _check_magic(path: Path) -> int:
    """Size of the file in bytes. Raises: ModelFileMissing, ModelFileInvalid."""
    try:
        if not path.is_file() and path.exists():  # opening a named pipe would wait for ever
            raise ModelFileInvalid(f"{path} is not a file.", "Choose a model file.")
        with path.open("rb") as file:
            beginning = file.read(4)
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError as error:
        raise ModelFileMissing(
            f"The model file is not there: {path}.",
            "Choose another model, or put the file back.",
        ) from error
    except OSError as error:
        raise ModelFileInvalid(
            f"The model file cannot be read: {error.strerror or error}.",
            "Check the path and the rights to read it.",
        ) from error
    if not size:
        raise ModelFileInvalid("The file is empty.", "Download it again.")
    if beginning != MAGIC:
        raise ModelFileInvalid(
            "This is not a GGUF model file.",
            "Quern opens models in the GGUF format; their names usually end in .gguf.",
        )
    return size


@contextmanager
def opened_header(path: Path, log: LlamaLog) -> Iterator[Header]:
    """The header of one file. Raises: ModelFileInvalid."""
    init = function("gguf_init_from_file", ctypes.c_void_p, ctypes.c_char_p, _InitParams)
    with log.collect():
        handle = init(os.fsencode(path), _InitParams(True, None))
        if not handle:
            raise ModelFileInvalid(
                f"The header of the file is damaged: {log.reason()}.", "Download it again."
            )
    try:
        yield Header(handle)
    finally:
        function("gguf_free", None, ctypes.c_void_p)(handle)


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def _trim(shape: list[int]) -> tuple[int, ...]:
    """Without the ones that ggml fills four dimensions up with."""
    while len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return tuple(shape)
