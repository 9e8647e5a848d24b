"""`python -m converters`: what the package can do, for a terminal."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import converters
from converters.errors import Cancelled, ConversionError
from converters.job import Converted, Progress
from converters.registry import architectures

_DONE, _FAILED, _INTERRUPTED = 0, 1, 130  # argparse itself leaves with 2 for wrong usage
_USAGE = """\
python -m converters SRC_DIR OUT.gguf [--outtype f32|f16|bf16|q8_0]
       python -m converters lora ADAPTER_DIR BASE_DIR_OR_CONFIG OUT.gguf
       python -m converters split IN.gguf OUT_PREFIX --max-size 2G
       python -m converters merge FIRST_PART.gguf OUT.gguf"""
_UNITS = {"K": 10**3, "M": 10**6, "G": 10**9}
_DESCRIPTIONS = {
    "convert": "Turn a Hugging Face checkpoint into a GGUF file. Models known: "
    f"{', '.join(architectures())}.",
    "lora": "Turn a PEFT LoRA adapter into a GGUF adapter.",
    "split": "Split a GGUF file into parts, as llama.cpp loads them.",
    "merge": "Put the parts of a split GGUF file together again.",
}
_OUTPUT = ("output", "OUT.gguf", "the file to make; one that is there is not replaced")
_PATHS = {  # attribute, name and explanation of what each command takes
    "convert": (("source", "SRC_DIR", "a folder with config.json and safetensors files"), _OUTPUT),
    "lora": (
        ("adapter", "ADAPTER_DIR", "a folder with adapter_config.json, as PEFT writes it"),
        ("base", "BASE_DIR_OR_CONFIG", "the model it was trained for: its folder or config.json"),
        _OUTPUT,
    ),
    "split": (
        ("input", "IN.gguf", "the file to split"),
        ("prefix", "OUT_PREFIX", "what the names of the parts begin with"),
    ),
    "merge": (("first_part", "FIRST_PART.gguf", "the part that -00001-of- names"), _OUTPUT),
}


def end_cleanly() -> None:
    """Let this process end as an error would when it is asked to, so that nothing half-written
    stays."""
    for name in ("SIGTERM", "SIGHUP"):  # asked to end; the terminal was closed, which Windows lacks
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, _leave)


def _leave(number: int, _frame: object) -> None:
    sys.exit(128 + number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = words.pop(0) if words and words[0] in ("lora", "split", "merge") else "convert"
    options = _parser(command).parse_args(words)
    bar = _Bar()

    def never() -> bool:
        return False  # Ctrl+C arrives as KeyboardInterrupt

    try:
        result = _run(command, options, bar.show, never)
    except ConversionError as error:
        bar.clear()
        sys.stderr.write(f"{error}\n")
        return _FAILED
    except (KeyboardInterrupt, Cancelled):
        bar.clear()
        sys.stderr.write("Interrupted; nothing was written.\n")
        return _INTERRUPTED
    bar.clear()
    for note in result.notes:
        sys.stderr.write(f"{note}\n")
    for path in result.paths:
        sys.stdout.write(f"{path}\n")
    return _DONE


def _run(
    command: str,
    options: argparse.Namespace,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Converted:
    if command == "lora":
        return converters.lora(
            options.adapter, options.base, options.output, progress=progress, cancelled=cancelled
        )
    if command == "split":
        return converters.split(
            options.input, options.prefix, options.max_size, progress=progress, cancelled=cancelled
        )
    if command == "merge":
        return converters.merge(
            options.first_part, options.output, progress=progress, cancelled=cancelled
        )
    return converters.convert(
        options.source, options.output, options.outtype, progress=progress, cancelled=cancelled
    )


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m converters",
        usage=_USAGE,
        description=_DESCRIPTIONS[command],
        epilog="Exit status: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.",
    )
    for name, shown, explanation in _PATHS[command]:
        parser.add_argument(name, type=Path, metavar=shown, help=explanation)
    if command == "convert":
        parser.add_argument(
            "--outtype",
            choices=("f32", "f16", "bf16", "q8_0"),
            default="f16",
            help="what weights are stored as (default: f16)",
        )
    if command == "split":
        parser.add_argument(
            "--max-size",
            type=_size,
            required=True,
            metavar="SIZE",
            help="bytes of weights in a part at most, such as 500M or 2G",
        )
    return parser


def _size(text: str) -> int:
    """Bytes, from a number with K, M or G behind it."""
    unit = _UNITS.get(text[-1:].upper(), 1)
    digits = text[:-1] if unit > 1 else text
    if not digits.isascii() or not digits.isdecimal() or not int(digits):
        raise argparse.ArgumentTypeError(f"{text} is no size like 500M or 2G")
    return int(digits) * unit


class _Bar:
    """A line of progress on stderr, when that is a terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._percent = -1

    def show(self, progress: Progress) -> None:
        percent = 100 * progress.done // max(1, progress.total)
        if self._shown and percent > self._percent:
            self._percent = percent
            sys.stderr.write(f"\r\x1b[K{percent:3} %  {progress.tensor}")
            sys.stderr.flush()

    def clear(self) -> None:
        if self._percent >= 0:
            sys.stderr.write("\r\x1b[K")
