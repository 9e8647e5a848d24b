"""`quern --selftest`: whether this copy of Quern is complete and works on this machine.

It uses the starter model and a temporary home, needs no network, and changes nothing. What it does
with models it does through the same commands as a person.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from desktop import __version__
from desktop.domain.errors import QuernError
from desktop.domain.paths import Home, resource_path, starter_model_path

QUESTION, ANSWER = "What is the capital of France?", "Paris"
LEVEL = "Q4_K_M"
# Enough to see that comparing works, too little to judge a level by.
CHUNKS, CONTEXT = 2, 256
FILES = (
    "icons/quern.svg",
    "recommended_models.json",
    "texts/calibration.txt",
    "texts/evaluation.txt",
    "themes/quern.qss",
)
FEWEST_ICONS = 30


class Broken(Exception):
    """What was checked does not work; the text says how."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one check.

    Attributes:
        found: what was found, or what is wrong.
    """

    name: str
    passed: bool
    found: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at.

    Attributes:
        look: says what it found. Raises: Broken, QuernError.
    """

    name: str
    look: Callable[[], str]


def main(words: Sequence[str]) -> int:
    """Check, and print what was found. Returns 0 when everything works, else 1."""
    from desktop.cli import main as command_line

    command_line.open_streams()
    parser = argparse.ArgumentParser(prog="quern --selftest", description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    try:
        options = parser.parse_args(words)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    findings = []
    with tempfile.TemporaryDirectory(prefix="quern-selftest-") as folder:
        for finding in examine(checks(Path(folder))):
            findings.append(finding)
            if not options.json:
                print(_line(finding), flush=True)
    passed = all(finding.passed for finding in findings)
    if options.json:
        from desktop.cli.output import print_json

        print_json({"version": __version__, "passed": passed, "checks": findings})
    else:
        print("Everything works." if passed else "This copy of Quern does not work as it should.")
    return 0 if passed else 1


def examine(wanted: Sequence[Check]) -> Iterator[Finding]:
    """Make each check, whatever came of those before it."""
    for check in wanted:
        started = perf_counter()
        try:
            passed, found = True, check.look()
        except (Broken, QuernError) as fault:
            passed, found = False, str(fault)
        yield Finding(check.name, passed, found, round(perf_counter() - started, 2))


def checks(folder: Path) -> list[Check]:
    """What is looked at, in this order; `folder` is for files that are made."""
    starter, small = starter_model_path(), folder / f"starter-{LEVEL}.gguf"
    return [
        Check("Files", lambda: files(resource_path())),
        Check("Program", program),
        Check("Engine", lambda: engine(folder)),
        Check("Chat", lambda: chat(starter, folder)),
        Check("Quantize", lambda: quantize(starter, small, folder)),
        Check("Compare", lambda: compare(starter, small, folder)),
    ]


def files(resources: Path) -> str:
    """Whether what Quern ships with is there."""
    missing = [name for name in FILES if not resources.joinpath(name).is_file()]
    if not starter_model_path().is_file():
        missing.append("the starter model")
    icons = len(list(resources.joinpath("icons").glob("*.svg")))
    if icons < FEWEST_ICONS:
        missing.append(f"icons (there are {icons})")
    if missing:
        raise Broken(f"Missing in {resources}: {', '.join(missing)}.")
    return f"{icons} icons, texts and the starter model in {resources}"


def program() -> str:
    """Whether every module that the window and the commands may need can be loaded."""
    import desktop

    names = [
        module.name
        for module in pkgutil.walk_packages(desktop.__path__, "desktop.")
        # Of the engine's modules most belong to its child process; the other checks use them.
        if not module.name.startswith(("desktop.engine.", "desktop.__main__"))
    ]
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as fault:
            raise Broken(f"{name} cannot be loaded: {fault}.") from fault
    if not names:
        raise Broken("No part of the program was found.")
    return f"{len(names)} modules, Python {sys.version.split()[0]}"


def engine(home: Path) -> str:
    """Whether an engine child starts, and what it computes on."""
    from desktop.cli.engine_use import running_engine
    from desktop.engine.protocol import Hello, HelloReply

    with running_engine(Home(home)) as child:
        hello = child.call(lambda number: Hello(id=number), HelloReply)
    if not hello.devices:
        raise Broken("The engine found nothing to compute on.")
    devices = ", ".join(device.description or device.name for device in hello.devices)
    variant = f", code for {hello.cpu_variant}" if hello.cpu_variant else ""
    return f"llama.cpp {hello.build}, {devices}{variant}"


def chat(model: Path, home: Path) -> str:
    """Whether a model answers."""
    said = _command(home, "chat", str(model), "-p", QUESTION, "--temperature", "0", "--json")
    if ANSWER not in said["text"]:
        raise Broken(f"To “{QUESTION}” the starter model answered “{said['text']}”.")
    return f"“{said['text']}”, {said['tokens_per_second']:.0f} tokens a second"


def quantize(model: Path, out: Path, home: Path) -> str:
    """Whether a smaller file of a model can be made."""
    _command(home, "quantize", str(model), str(out), LEVEL, "--json")
    before, after = model.stat().st_size, out.stat().st_size
    if not 0 < after < before / 2:
        raise Broken(f"{LEVEL} of a model of {before:,} bytes takes {after:,}.")
    return f"{LEVEL} takes {after / before:.0%} of the original"


def compare(model: Path, other: Path, home: Path) -> str:
    """Whether two levels of a model can be compared."""
    amount = ("--chunks", str(CHUNKS), "--ctx", str(CONTEXT))
    report = _command(home, "compare", str(model), "--with", str(other), *amount, "--json")
    (level,) = report["levels"]
    if level["problem"]:
        raise Broken(level["problem"])
    return f"{LEVEL} makes the original's choice {level['same_top']:.0%} of the time"


def _command(home: Path, *words: str) -> Any:
    """What a command of the command line prints as JSON. Raises: Broken with what it complains."""
    from desktop.cli import main as command_line

    out, complaints = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(complaints):
        status = command_line.main([*words, "--home", str(home)])
    if status == command_line.INTERRUPTED:
        raise KeyboardInterrupt
    if status != command_line.DONE:
        raise Broken(
            complaints.getvalue().removeprefix("quern: ").strip()
            or f"It ended with status {status}."
        )
    return json.loads(out.getvalue())


def _line(finding: Finding) -> str:
    mark = "ok    " if finding.passed else "FAILED"
    return f"{mark}  {finding.name:<9} {finding.found} ({finding.seconds:.1f} s)"
