from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.core.comparison_files import save_report
from desktop.core.comparison_report import ComparisonReport
from desktop.domain.comparison import ComparedModel, Comparison, ComparisonRequest, Part
from desktop.domain.errors import StorageFault
from desktop.domain.job import JobState
from desktop.domain.recommendation import Wishes

BASE = Path("/m/base-F16.gguf")
REPORT = ComparisonReport(
    Comparison(
        1,
        ComparisonRequest(BASE),
        JobState.DONE,
        models=(ComparedModel(0, Part.BASE, "F16", BASE, bytes=5),),
    ),
    Wishes(10**10),
)


def test_the_name_says_which_kind_of_report(tmp_path: Path):
    assert save_report(REPORT, tmp_path / "a.JSON") == tmp_path / "a.JSON"
    assert json.loads((tmp_path / "a.JSON").read_text())["base"]["level"] == "F16"
    save_report(REPORT, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text().startswith("part,level,")
    save_report(REPORT, tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text().startswith("# base-F16")


def test_where_nothing_can_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFault):
        save_report(REPORT, tmp_path / "file" / "a.md")
