"""Writing a blind test and its ranking where a person wants them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop.domain.blind_test import BlindTest, Round
from desktop.domain.ranking import Ranking
from desktop.domain.statistics import Interval
from desktop.storage.files import write_atomically

_COLUMNS = (
    "round", "voted_at", "prompt", "seed", "level_a", "level_b", "answer_a", "answer_b", "vote",
    "automatic",
)  # fmt: skip
METHOD = (
    "Bradley-Terry model, ties count half; intervals of 95 % from the observed Fisher information."
)


def save_votes(test: BlindTest, path: Path) -> Path:
    """Votes as CSV, or with the ranking as JSON, by how the name ends. Raises: DiskFull,
    StorageFault."""
    csv_wanted = path.suffix.lower() == ".csv"
    write_atomically(path, votes_csv(test) if csv_wanted else votes_json(test))
    return path


def votes_csv(test: BlindTest) -> str:
    """A row per vote."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(test, one) for one in test.voted)
    return out.getvalue()


def votes_json(test: BlindTest) -> str:
    """Everything under the names scripts rely on."""
    request = test.request
    values = {
        "created_at": _moment(test.created_at),
        "levels": [
            {"name": level.name, "file": level.path.name, "bytes": level.size}
            for level in test.levels
        ],
        "system_prompt": request.system_prompt,
        "sampler": request.sampler.to_json(),
        "loading": asdict(request.config),
        "ranking": _ranking(test, test.ranking()),
        "votes": [_row(test, one) for one in test.voted],
    }
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def _ranking(test: BlindTest, ranking: Ranking) -> dict[str, Any]:
    return {
        "method": METHOD,
        "votes": ranking.votes,
        "imagined_ties": ranking.regularised,
        "told_apart": ranking.told_apart,
        "more_votes": ranking.more_votes,
        "first_over_second": _interval(ranking.lead) if ranking.lead is not None else None,
        "levels": [
            {
                "name": test.levels[one.number].name,
                "preferred": _interval(one.share),
                "wins": one.wins,
                "ties": one.ties,
                "losses": one.losses,
            }
            for one in ranking.standings
        ],
    }


def _row(test: BlindTest, one: Round) -> dict[str, Any]:
    answers = one.answers or ("", "")
    return {
        "round": one.id,
        "voted_at": _moment(one.voted_at),
        "prompt": one.prompt,
        "seed": one.seed,
        "level_a": test.levels[one.first].name,
        "level_b": test.levels[one.second].name,
        "answer_a": answers[0],
        "answer_b": answers[1],
        "vote": {"first": "A", "second": "B", "tie": "tie"}.get(str(one.vote), ""),
        "automatic": one.automatic,
    }


def _interval(interval: Interval) -> dict[str, float]:
    return {"share": interval.value, "low": interval.low, "high": interval.high}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
