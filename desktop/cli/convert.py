"""`quern convert`: turn a checkpoint folder into a GGUF file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desktop.cli.options import check_folder
from desktop.cli.output import print_json, show_size
from desktop.domain.paths import Home
from desktop.domain.quantization import OUTTYPES, ConversionRequest


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "source", metavar="SRC_DIR", help="a folder with config.json and safetensors files"
    )
    parser.add_argument("out", metavar="OUT.gguf", help="the file to make")
    parser.add_argument(
        "--outtype",
        choices=OUTTYPES,
        default="f16",
        help="what weights are stored as (default f16)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace, home: Home) -> int:
    """Convert. Returns the exit status. Raises: QuernError."""
    from desktop.cli.job_use import bar, job_runner, named_file
    from desktop.cli.main import DONE
    from desktop.cli.progress import Progress
    from desktop.core.conversions import Conversions
    from desktop.core.job_control import JobControl

    source = Path(options.source).expanduser().absolute()
    request = ConversionRequest(source, named_file(options.out), options.outtype)
    check_folder(request.destination.parent)  # the window's own folder is made
    with Progress("Converting") as progress:
        result = Conversions(job_runner(home)).run(request, JobControl(), bar(progress))
    for note in result.notes:
        print(f"Note: {note}", file=sys.stderr)
    size = request.destination.stat().st_size
    if options.json:
        print_json({"path": request.destination, "outtype": request.outtype, "bytes": size})
    else:
        print(f"{request.destination}: {request.outtype.upper()}, {show_size(size)}")
    return DONE
