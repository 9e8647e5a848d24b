"""Splits a GGUF file into parts, and puts parts together again.

llama.cpp loads NAME-00001-of-0000N.gguf with all its siblings. The first part holds every key; each
part says which one it is, how many there are, and how many tensors all of them hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from converters.errors import ConversionError
from converters.gguf_file import GGUFFile, read_gguf
from converters.gguf_header import Header, TensorEntry
from converters.job import Converted, Progress
from converters.output import Output, check_room

_NUMBER, _COUNT, _TENSORS = "split.no", "split.count", "split.tensors.count"
_NAME = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.gguf")
_MOST_PARTS = 0xFFFF  # of a number with 16 bits

_Tensors = Sequence[tuple[GGUFFile, TensorEntry, int]]


def split_file(
    source: Path,
    prefix: Path,
    max_size: int,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Converted:
    """Split a file into parts; see `converters.split`."""
    file = read_gguf(source)
    if file.number(_COUNT):
        raise ConversionError(
            f"{source.name} is a part of a split file already.", "Merge it first."
        )
    groups = _groups(file, max_size)
    if len(groups) < 2:
        raise ConversionError(
            f"{source.name} is no bigger than a part may be.", "Choose a smaller size for parts."
        )
    if len(groups) > _MOST_PARTS:
        raise ConversionError(
            f"{source.name} would become {len(groups):,} parts.", "Choose a bigger size for parts."
        )
    total = sum(entry.size for entry, _ in file.tensors)
    check_room(prefix.parent, total)
    report = _Report(total, progress)
    paths, size = [], 0
    # All parts get their names at the end, or none does.
    with ExitStack() as stack:
        for number, group in enumerate(groups):
            header = Header()
            if number == 0:
                header.values |= file.values
            elif "general.alignment" in file.values:
                header.values["general.alignment"] = file.values["general.alignment"]
            # In the order of llama.cpp's gguf-split, whose files are the same bytes.
            header.u16(_NUMBER, number)
            header.i32(_TENSORS, len(file.tensors))
            header.u16(_COUNT, len(groups))
            path = part_path(prefix, number, len(groups))
            output = stack.enter_context(Output(path, 0, cancelled))
            _write(output, header, group, file.alignment, report)
            paths.append(path)
            size += output.size
            output.close()  # systems do not let thousands be open at once
    return Converted(tuple(paths), size, len(file.tensors))


def merge_parts(
    first_part: Path,
    destination: Path,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Converted:
    """Put parts together; see `converters.merge`."""
    parts = _read_parts(first_part)
    header = Header()
    header.values |= {
        key: value
        for key, value in parts[0].values.items()
        if key not in (_NUMBER, _COUNT, _TENSORS)
    }
    tensors = [(part, entry, offset) for part in parts for entry, offset in part.tensors]
    total = sum(entry.size for _, entry, _ in tensors)
    with Output(destination, total, cancelled) as output:
        _write(output, header, tensors, parts[0].alignment, _Report(total, progress))
        size = output.size
    return Converted((destination,), size, len(tensors))


def part_path(prefix: Path, number: int, count: int) -> Path:
    """What llama.cpp calls a part; `number` counts from zero."""
    return prefix.with_name(f"{prefix.name}-{number + 1:05}-of-{count:05}.gguf")


class _Report:
    def __init__(self, total: int, progress: Callable[[Progress], None]) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def add(self, size: int, tensor: str) -> None:
        self._done += size
        self._progress(Progress(self._done, self._total, tensor))


def _groups(file: GGUFFile, max_size: int) -> list[list[tuple[GGUFFile, TensorEntry, int]]]:
    """Which tensors go into which part, in their order."""
    groups: list[list[tuple[GGUFFile, TensorEntry, int]]] = []
    size = 0
    for entry, offset in file.tensors:
        padded = entry.size + -entry.size % file.alignment
        if not groups or size + padded > max_size:
            groups.append([])
            size = 0
        groups[-1].append((file, entry, offset))
        size += padded
    return groups


def _write(
    output: Output, header: Header, tensors: _Tensors, alignment: int, report: _Report
) -> None:
    output.write(header.pack([entry for _, entry, _ in tensors], alignment))
    for file, entry, offset in tensors:
        for chunk in file.data(entry, offset):
            output.write(chunk)
            report.add(len(chunk), entry.name)
        output.pad(alignment)


def _read_parts(first_part: Path) -> list[GGUFFile]:
    """All parts, which must belong together.

    Raises: ConversionError when one is missing, or from another file.
    """
    matched = _NAME.fullmatch(first_part.name)
    if matched is None or int(matched[2]) != 1 or not int(matched[3]):
        raise ConversionError(
            f"{first_part.name} is not the first part of a split file.",
            "Choose the part whose name ends with -00001-of- and their number.",
        )
    prefix, count = first_part.with_name(matched[1]), int(matched[3])
    parts = [read_gguf(part_path(prefix, number, count)) for number in range(count)]
    names: set[str] = set()
    for number, part in enumerate(parts):
        names.update(entry.name for entry, _ in part.tensors)
        if (part.number(_NUMBER), part.number(_COUNT)) != (number, count):
            raise ConversionError(
                f"{part.path.name} says that it is another part than its name says.",
                "Download the parts again.",
            )
    total = sum(len(part.tensors) for part in parts)
    if parts[0].number(_TENSORS) != total or len(names) != total:
        raise ConversionError(
            f"The parts of {matched[1]} do not belong together.", "Download the parts again."
        )
    return parts
