"""The self-test: that it passes here, and that it notices what is wrong."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from desktop.cli import selftest
from desktop.cli.selftest import Broken, Check, Finding, checks, examine
from desktop.domain.errors import StorageFault


def raising(fault: Exception) -> Any:
    def look() -> str:
        raise fault

    return look


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What commands answer, by name."""
    answers: dict[str, Any] = {}
    monkeypatch.setattr(selftest, "_command", lambda _home, name, *_words: answers[name])
    return answers


@pytest.mark.engine
@pytest.mark.gui  # the window's modules are imported
def test_this_copy_of_quern_passes(tmp_path: Path) -> None:
    wanted = [check for check in checks(tmp_path) if check.name != "Compare"]  # takes seconds
    findings = list(examine(wanted))
    assert [finding for finding in findings if not finding.passed] == []
    found = {finding.name: finding.found for finding in findings}
    assert list(found) == ["Files", "Program", "Engine", "Chat", "Quantize"]
    assert "Paris" in found["Chat"] and "Q4_K_M" in found["Quantize"]


def test_what_fails_is_said_and_the_rest_is_looked_at_all_the_same() -> None:
    wanted = [
        Check("One", raising(Broken("It is gone."))),
        Check("Two", raising(StorageFault("No room.", "Make some."))),
        Check("Three", lambda: "fine"),
    ]
    assert [(f.name, f.passed, f.found) for f in examine(wanted)] == [
        ("One", False, "It is gone."),
        ("Two", False, "No room. Make some."),
        ("Three", True, "fine"),
    ]


def test_a_bug_is_not_taken_for_a_finding() -> None:
    with pytest.raises(ZeroDivisionError):
        list(examine([Check("One", raising(ZeroDivisionError()))]))


@pytest.mark.parametrize("passed", [True, False])
def test_it_prints_lines_or_one_object_and_ends_with_what_came_of_it(
    passed: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = Finding("Chat", passed, "“Paris.”", 1.25)
    monkeypatch.setattr(selftest, "examine", lambda _checks: iter([finding]))
    assert selftest.main([]) == (0 if passed else 1)
    line, verdict = capsys.readouterr().out.splitlines()
    assert line.startswith("ok " if passed else "FAILED ") and "“Paris.” (1.2 s)" in line
    assert ("does not work" in verdict) is not passed
    assert selftest.main(["--json"]) == (0 if passed else 1)
    said = json.loads(capsys.readouterr().out)
    assert said["passed"] is passed
    assert said["checks"] == [
        {"name": "Chat", "passed": passed, "found": "“Paris.”", "seconds": 1.25}
    ]


def test_a_folder_may_have_letters_that_the_terminal_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = Finding("Files", True, "Mühle 石臼", 0.0)
    monkeypatch.setattr(selftest, "examine", lambda _checks: iter([finding]))
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="cp1252"))
    assert selftest.main([]) == 0
    assert "Mühle ??" in written.getvalue().decode("cp1252")


def test_other_words_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert selftest.main(["--jsonn", "x"]) == 2
    assert "unrecognized" in capsys.readouterr().err


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"quern\.svg, .*quern\.qss, icons \(there are 0\)"):
        selftest.files(tmp_path)


def test_a_module_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> None:
        if name == "desktop.hub.token":
            raise ImportError("libsecret is missing")

    monkeypatch.setattr(selftest.importlib, "import_module", load)
    with pytest.raises(Broken, match=r"desktop\.hub\.token cannot be loaded: libsecret is"):
        selftest.program()


def test_the_engine_says_what_it_computes_on(tmp_path: Path) -> None:
    assert selftest.engine(tmp_path) == "llama.cpp fake, Fake"


def test_another_answer_is_a_fault(commands: dict[str, Any], tmp_path: Path) -> None:
    commands["chat"] = {"text": "It is Paris.", "tokens_per_second": 12.3}
    assert "12 tokens a second" in selftest.chat(tmp_path, tmp_path)
    commands["chat"] = {"text": "I do not know that.", "tokens_per_second": 12.3}
    with pytest.raises(Broken, match="I do not know that"):
        selftest.chat(tmp_path, tmp_path)


@pytest.mark.parametrize(("size", "passes"), [(0, False), (30, True), (50, False)])
def test_a_level_must_be_smaller(
    size: int, passes: bool, commands: dict[str, Any], tmp_path: Path
) -> None:
    commands["quantize"] = {}
    model, out = tmp_path / "a.gguf", tmp_path / "b.gguf"
    model.write_bytes(bytes(100))
    out.write_bytes(bytes(size))
    if passes:
        assert "30%" in selftest.quantize(model, out, tmp_path)
    else:
        with pytest.raises(Broken, match=f"takes {size}"):
            selftest.quantize(model, out, tmp_path)


def test_a_level_that_cannot_be_measured_is_a_fault(
    commands: dict[str, Any], tmp_path: Path
) -> None:
    commands["compare"] = {"levels": [{"same_top": 0.97, "problem": ""}]}
    assert "97%" in selftest.compare(tmp_path, tmp_path, tmp_path)
    commands["compare"] = {"levels": [{"same_top": 0.97, "problem": "It died."}]}
    with pytest.raises(Broken, match="It died"):
        selftest.compare(tmp_path, tmp_path, tmp_path)


def test_what_a_command_complains_about_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"^There is no file .*gone\.gguf"):
        selftest.chat(tmp_path / "gone.gguf", tmp_path)
