"""Blind tests as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from desktop.core.blind_test_files import save_votes, votes_csv
from desktop.domain.blind_test import BlindLevel, BlindRequest, BlindTest, Round, Vote

TEST = BlindTest(
    3,
    BlindRequest(
        (BlindLevel(Path("/secret/a.gguf"), "Q8_0", 9), BlindLevel(Path("/secret/b.gguf"), "Q4_0", 5)),
        ("Why?",),
    ),
    (
        Round(1, "Why?", 7, 1, 0, ("So,\n“so”", "No"), Vote.FIRST, created_at=10.0, voted_at=20.0),
        Round(2, "Why?", 8, 0, 1, ("x", "x"), Vote.TIE, automatic=True, voted_at=30.0),
        Round(3, "Why?", 9, 0, 1, ("x", "y")),
    ),
    created_at=5.0,
)  # fmt: skip


def test_each_vote_is_a_row() -> None:
    rows = list(csv.DictReader(io.StringIO(votes_csv(TEST))))
    assert [row["vote"] for row in rows] == ["A", "tie"]
    assert (rows[0]["level_a"], rows[0]["level_b"]) == ("Q4_0", "Q8_0")
    assert rows[0]["answer_a"] == "So,\n“so”"
    assert rows[0]["voted_at"] == "1970-01-01T00:00:20+00:00"
    assert rows[1]["automatic"] == "True"


def test_json_holds_the_ranking_and_all_it_takes_to_repeat_it(tmp_path: Path) -> None:
    values = json.loads(save_votes(TEST, tmp_path / "votes.json").read_text(encoding="utf-8"))
    assert [level["name"] for level in values["ranking"]["levels"]] == ["Q4_0", "Q8_0"]
    assert values["ranking"]["levels"][0]["preferred"]["share"] == 0.75
    lead = values["ranking"]["first_over_second"]
    assert 0 < lead["low"] < lead["share"] == 0.75 < lead["high"] < 1
    assert values["ranking"]["votes"] == 2 and not values["ranking"]["told_apart"]
    assert values["sampler"]["temperature"] == 0.8 and values["loading"]["context"] == 0
    assert len(values["votes"]) == 2
    assert "/secret" not in json.dumps(values)


def test_the_name_says_which(tmp_path: Path) -> None:
    assert save_votes(TEST, tmp_path / "v.CSV").read_text(encoding="utf-8").startswith("round,")
