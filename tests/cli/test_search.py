from __future__ import annotations

import json

import pytest

from desktop.cli import main as command_line
from desktop.cli.search import weights
from desktop.domain.paths import Home
from tests.helpers.fake_hub import FakeHub, FakeRepository, closed_port

WHEAT = FakeRepository(
    "mill/wheat-GGUF",
    {"wheat-Q4_0.gguf": b"x"},
    gate="auto",
    facts={
        "gguf": {"total": 1_700_000_000, "architecture": "llama"},
        "cardData": {"license": "mit"},
        "downloads": 12_345,
        "likes": 6,
    },
)
RYE = FakeRepository("mill/rye-GGUF", {"rye-Q4_0.gguf": b"x"}, facts={"downloads": 1})


@pytest.fixture
def hub():
    with FakeHub(WHEAT, RYE) as hub:
        yield hub


@pytest.fixture(autouse=True)
def _known_command(monkeypatch) -> None:
    monkeypatch.setitem(command_line.COMMANDS, "search", "find models on a hub")


def test_results_are_a_table(quern, hub) -> None:
    outcome = quern("search", "GGUF", "--endpoint", hub.endpoint)
    assert outcome.status == 0
    heading, wheat, rye = outcome.out.splitlines()
    assert heading.split() == ["REPOSITORY", "WEIGHTS", "LICENCE", "DOWNLOADS", "LIKES", "UPDATED"]
    assert wheat.split() == [
        "mill/wheat-GGUF", "1.7", "billion", "mit", "12,345", "6", "2026-01-02", "(gated)"
    ]  # fmt: skip
    assert rye.split()[:3] == ["mill/rye-GGUF", "-", "-"]


def test_json_is_one_list(quern, hub) -> None:
    outcome = quern("search", "wheat", "--endpoint", hub.endpoint, "--json")
    (wheat,) = json.loads(outcome.out)
    assert (wheat["id"], wheat["parameters"], wheat["gate"]) == (WHEAT.id, 1_700_000_000, "gated")


def test_every_option_reaches_the_hub(quern, hub) -> None:
    quern(
        "search", "w", "--author", "mill", "--license", "mit", "--smallest", "1b", "--largest",
        "1.7B", "--sort", "newest", "--limit", "3", "--endpoint", hub.endpoint
    )  # fmt: skip
    query = hub.requests[-1].path
    for part in (
        "search=w", "author=mill", "filter=gguf&filter=license%3Amit", "sort=lastModified",
        "num_parameters=min%3A1B%2Cmax%3A1.7B", "limit=3",
    ):  # fmt: skip
        assert part in query
    quern("search", "w", "--kind", "convertible", "--endpoint", hub.endpoint)
    assert "filter=safetensors" in hub.requests[-1].path


def test_nothing_found_is_said_and_is_no_failure(quern, hub) -> None:
    outcome = quern("search", "oats", "--endpoint", hub.endpoint)
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "Nothing was found.\n")
    assert json.loads(quern("search", "oats", "--endpoint", hub.endpoint, "--json").out) == []


def test_without_a_network_it_is_one_sentence(quern) -> None:
    with closed_port() as port:
        outcome = quern("search", "wheat", "--endpoint", f"http://127.0.0.1:{port}")
    assert outcome.status == 1
    assert outcome.err.startswith("quern: The hub at 127.0.0.1") and "Traceback" not in outcome.err


@pytest.mark.parametrize(
    "words",
    [(), ("a", "--limit", "0"), ("a", "--smallest", "big"), ("a", "--endpoint", "mirror"),
     ("a", "--kind", "other")],
)  # fmt: skip
def test_wrong_words_are_wrong_usage(quern, words) -> None:
    assert quern("search", *words).status == 2


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("1.5B", 1_500_000_000), ("500m", 500_000_000), ("2K", 2000)]
)
def test_numbers_of_weights(text: str, number: int) -> None:
    assert weights(text) == number


@pytest.mark.parametrize("text", ["", "B", "-1B", "1e9", "1G", "nan", "²B", "9" * 400])
def test_no_numbers_of_weights(text: str) -> None:
    with pytest.raises(ValueError):
        weights(text)


@pytest.mark.parametrize("command", [("search", "wheat"), ("download", WHEAT.id)])
def test_the_hub_of_the_settings_is_asked_unless_another_is_named(
    quern, home, hub, command
) -> None:
    home.mkdir()
    Home(home).settings.write_text(json.dumps({"hub_endpoint": hub.endpoint}))
    assert "argument --endpoint" not in quern(*command).err
    assert hub.requests
