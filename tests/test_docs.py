"""What the documents say exists."""

from __future__ import annotations

import argparse
import importlib
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from desktop import __version__
from desktop.cli.main import COMMANDS
from desktop.engine.child import default_worker_command

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
GUIDE = ROOT / "resources" / "docs"
CHAPTERS = tuple(f"resources/docs/{path.name}" for path in sorted(GUIDE.glob("*.md")))
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_of(name: str) -> str:
    """Every code block and every piece of code within a line."""
    text = read(name)
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", prose)])


def options_of(command: str) -> set[str]:
    parser = argparse.ArgumentParser(add_help=False)
    importlib.import_module(f"desktop.cli.{command}").add_options(parser)
    parsers = [parser]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            parsers.extend(action.choices.values())
    return {"--help", "--home"} | {
        option for one in parsers for action in one._actions for option in action.option_strings
    }


@pytest.mark.parametrize("document", [*DOCUMENTS, *CHAPTERS])
def test_make_targets_exist(document):
    targets = set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", code_of(document)))
    assert named <= targets
    if document == "README.md":
        assert {"run", "test", "setup"} <= named


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", re.sub(r"<!--.*?-->", "", read(document)))
    broken = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert broken == []


@pytest.mark.parametrize("document", [*DOCUMENTS, *CHAPTERS])
def test_commands_and_their_options_exist(document):
    lines = re.findall(
        r"^quern (?:--home \S+ )?([a-z]+)\b(?!\.)(.*)", code_of(document), re.MULTILINE
    )
    for command, rest in lines:
        assert command in COMMANDS
        words = shlex.split(rest, comments=True)
        named = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert named <= options_of(command), f"quern {command}{rest}"
    if document == "README.md":
        assert {command for command, _ in lines} == set(COMMANDS)


def test_the_folders_contributing_shows_exist():
    house = re.search(r"^```\n(desktop/.*?)^```", read("CONTRIBUTING.md"), re.M | re.S)
    assert house is not None
    above = ""
    for line in house[1].splitlines():
        name = line.split()[0]
        if not line.startswith(" "):
            above = name
        path = ROOT / (name if name == above else above + name)
        # converters/ is empty as yet, and git keeps no empty folders.
        assert path.exists() or name == "converters/", line


def test_files_that_contributing_names_exist():
    names = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)", code_ticks("CONTRIBUTING.md"))
    missing = [
        name
        for name in names
        if not (ROOT / name).exists() and not (ROOT / "desktop" / name).exists()
    ]
    assert len(names) > 10
    assert missing == []


def code_ticks(name: str) -> str:
    return re.sub(r"^```.*?^```", "", read(name), flags=re.MULTILINE | re.DOTALL)


def test_the_worker_is_started_as_contributing_says():
    assert " ".join(default_worker_command()[1:]) in read("CONTRIBUTING.md")


def test_the_changelog_keeps_its_form():
    text = read("CHANGELOG.md")
    assert text.startswith("# Changelog\n")
    releases = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert releases[0] == "[Unreleased]"
    dated = [
        re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", name) for name in releases[1:]
    ]
    assert all(dated), releases
    assert sorted((match[2] for match in dated), reverse=True) == [match[2] for match in dated]
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= KINDS
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
    for section in re.split(r"^#+ .*$", text, flags=re.MULTILINE)[2:]:
        lines = [line for line in section.splitlines() if line]
        assert all(line.startswith(("- ", "  ")) for line in lines), section


@pytest.mark.parametrize("script", ["setup.sh", "system_packages.sh", "run.sh", "test.sh"])
def test_the_set_up_scripts_are_sound_and_can_be_run(script):
    path = ROOT / "packaging" / "bootstrap" / script
    assert path.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", str(path)], check=True, timeout=30)


def test_continuous_integration_runs_the_test_command_of_the_readme():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text().splitlines()[-1] in code_of("README.md").splitlines()


def test_the_guide_has_its_chapters_and_leads_nowhere_else():
    names = {path.name for path in GUIDE.glob("*.md")}
    assert len(names) == len(CHAPTERS) >= 9
    for name in names:
        text = (GUIDE / name).read_text(encoding="utf-8")
        assert text.startswith("# ")
        links = re.findall(r"(!?)\[[^\]]*\]\(([^)#]+)\)", text)
        for picture, link in links:
            folder = GUIDE / "images" if picture else GUIDE
            assert "://" in link or (folder / link).exists(), f"{name}: {link}"


def test_the_guide_shows_what_the_tests_approved_and_nothing_it_does_not_need():
    shown = {
        link
        for path in GUIDE.glob("*.md")
        for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", path.read_text(encoding="utf-8"))
    }
    dark = {name.replace("-light.", "-dark.") for name in shown}
    assert {path.name for path in (GUIDE / "images").iterdir()} == shown | dark
    for name in shown | dark:
        approved = ROOT / "tests" / "screenshots" / "approved" / name
        assert (GUIDE / "images" / name).read_bytes() == approved.read_bytes(), name
