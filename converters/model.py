"""Converts a checkpoint: its family says what becomes of each tensor, the rest is common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from converters.checkpoint import Checkpoint, open_checkpoint
from converters.config import Config, architecture_of
from converters.encoding import OUTTYPES, Encoding
from converters.errors import ConversionError
from converters.families.base import Family, TensorSpec
from converters.gguf_header import Header
from converters.gguf_output import PlannedTensor, write_gguf
from converters.job import Converted, Progress
from converters.metadata import add_metadata, count_parameters
from converters.output import check_target
from converters.registry import family_of
from converters.rows import Generated
from converters.safetensors import DTYPES, StoredTensor

QUANTIZATION_VERSION = 2  # of ggml's formats of blocks


def convert_model(
    source: Path,
    destination: Path,
    outtype: str,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Converted:
    """Convert a checkpoint folder to a GGUF file; see `converters.convert`."""
    if outtype not in OUTTYPES:
        raise ConversionError(
            f"There is no output type {outtype}.", f"Choose one of {', '.join(OUTTYPES)}."
        )
    encoding, file_type = OUTTYPES[outtype]
    check_target(destination)
    checkpoint = open_checkpoint(source.resolve())
    family = family_of(architecture_of(checkpoint.values))
    config = Config(checkpoint.values, family.defaults)
    family.check(checkpoint.folder)
    header = Header()
    family.begin(header, config)
    tensors = _plan(checkpoint, family, config, encoding)
    count = count_parameters([tensor.rows.shape for tensor in tensors])
    add_metadata(header, "model", checkpoint.folder, count)
    family.add_parameters(header, config, file_type)
    header.u32("general.quantization_version", QUANTIZATION_VERSION)
    notes = _add_vocabulary(header, family, checkpoint, config)
    notes += _fallbacks(tensors, encoding)
    size = write_gguf(destination, header, tensors, progress, cancelled)
    return Converted((destination,), size, len(tensors), tuple(notes))


def _add_vocabulary(
    header: Header, family: Family, checkpoint: Checkpoint, config: Config
) -> list[str]:
    try:
        return family.add_vocabulary(header, checkpoint.folder, config)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # Half a dozen JSON files of many forms: each may hold anything anywhere.
        raise ConversionError(
            f"The tokenizer's files in {checkpoint.folder} cannot be understood: "
            f"{type(error).__name__}, {error}.",
            "Download them again.",
        ) from error


def _plan(
    checkpoint: Checkpoint, family: Family, config: Config, wanted: Encoding
) -> list[PlannedTensor]:
    """Every tensor of the file, in its order."""
    planned = []
    for name, values in family.generated(config).items():
        planned.append(PlannedTensor(name, Generated(name, values), Encoding.F32))
    for spec, tensor in _match_tensors(checkpoint, family, config):
        rows = spec.transform(tensor)
        encoding = family.encoding(spec.target, rows.shape, wanted)
        planned.append(PlannedTensor(spec.target, rows, encoding))
    return planned


def _match_tensors(
    checkpoint: Checkpoint, family: Family, config: Config
) -> list[tuple[TensorSpec, StoredTensor]]:
    """What the family knows of each tensor.

    Raises: ConversionError when one is missing, unknown, of another shape, or quantized.
    """
    specs = family.tensors(config)
    missing = {name for name, spec in specs.items() if spec.required}
    matched: dict[str, tuple[TensorSpec, StoredTensor]] = {}
    for tensor in checkpoint.tensors.values():
        name = family.source_name(tensor.name)
        if tensor.name.startswith(family.foreign) or name.endswith(family.ignored):
            continue
        if name not in specs:
            raise ConversionError(
                f"{tensor.described} is none that a {family.architecture} model has.",
                "Look whether this is an adapter, or needs a program of its own.",
            )
        spec = specs[name]
        _check(tensor, spec)
        missing.discard(name)
        if name in matched:
            raise ConversionError(
                f"{tensor.described} is the same as {matched[name][1].name}.",
                "Remove files of another checkpoint from the folder.",
            )
        matched[name] = (spec, tensor)
    if missing:
        raise ConversionError(
            f"The tensor {min(missing)} is missing in {checkpoint.folder}.",
            "Download the files of the checkpoint again.",
        )
    return list(matched.values())


def _check(tensor: StoredTensor, spec: TensorSpec) -> None:
    if tensor.dtype not in DTYPES:
        raise ConversionError(
            f"{tensor.described} is stored as {tensor.dtype}, so it is quantized already.",
            "Choose the checkpoint it was made from, in F16, BF16 or F32.",
        )
    fits = tensor.shape == spec.shape or (
        not spec.exact and tensor.shape[1:] == spec.shape[1:] and tensor.shape[0] >= spec.shape[0]
    )
    if not fits:
        raise ConversionError(
            f"{tensor.described} is {_size(tensor.shape)}, but config.json makes it "
            f"{_size(spec.shape)}.",
            "Download both files again.",
        )


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "a single number"


def _fallbacks(tensors: list[PlannedTensor], wanted: Encoding) -> list[str]:
    """A note about tensors whose rows are no whole blocks."""
    if wanted is not Encoding.Q8_0:
        return []
    names = [tensor.name for tensor in tensors if tensor.encoding is Encoding.F16]
    if not names:
        return []
    return [f"Tensors stored as F16, as their rows are no multiple of 32 wide: {len(names)}."]
