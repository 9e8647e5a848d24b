from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from desktop.domain.errors import HubBusy, HubFault, InvalidInput
from desktop.domain.hub import Gate, HubQuery, HubSort, RepositoryKind
from desktop.hub import session
from desktop.hub.connection import HubConnection
from desktop.hub.search import MAX_RESULTS, search
from tests.helpers.fake_hub import FakeHub, FakeRepository

WEIGHTS = {"wheat-Q4_0.gguf": b"x"}
WHEAT = FakeRepository(
    "mill/wheat-5b-GGUF",
    WEIGHTS,
    facts={
        "gguf": {"total": 5 * 10**9, "architecture": "llama", "context_length": 4096},
        "cardData": {"license": "mit"},
        "downloads": 70,
        "likes": 3,
        "lastModified": "2026-03-01T00:00:00.000Z",
    },
)
RYE = FakeRepository(
    "mill/rye-1b-GGUF",
    WEIGHTS,
    gate="manual",
    facts={
        "gguf": {"total": 10**9, "architecture": "qwen3"},
        "cardData": {"license": "apache-2.0"},
        "downloads": 9,
        "likes": 40,
        "lastModified": "2026-02-01T00:00:00.000Z",
    },
)
OATS = FakeRepository(
    "field/wheat-and-oats",
    {"model.safetensors": b"x"},
    facts={
        "config": {"architectures": ["Qwen3ForCausalLM"]},
        "safetensors": {"parameters": {"BF16": 2 * 10**9}, "total": 2 * 10**9},
    },
)
MAIZE = FakeRepository(
    "field/wheat-and-maize",
    {"model.safetensors": b"x"},
    facts={"config": {"architectures": ["MaizeForCausalLM"]}},
)


@pytest.fixture
def hub():
    with FakeHub(WHEAT, RYE, OATS, MAIZE) as hub:
        yield hub


def ids(hub: FakeHub, **query) -> list[str]:
    return [found.id for found in search(HubConnection(hub.endpoint), HubQuery(**query))]


def asked_for(hub: FakeHub) -> dict[str, list[str]]:
    """What the last search sent, by name."""
    return parse_qs(urlsplit(hub.requests[-1].path).query)


def test_a_result_says_what_the_hub_says(hub: FakeHub) -> None:
    wheat, rye = search(HubConnection(hub.endpoint), HubQuery())
    assert (wheat.id, wheat.kind, wheat.gate) == (WHEAT.id, RepositoryKind.GGUF, Gate.OPEN)
    assert (wheat.parameters, wheat.architecture, wheat.license) == (5 * 10**9, "llama", "mit")
    assert (wheat.downloads, wheat.likes, wheat.updated_at) == (70, 3, 1772323200.0)
    assert rye.gate is Gate.GATED


def test_every_way_to_narrow_it_down_reaches_the_hub(hub: FakeHub) -> None:
    assert ids(hub, text="rye") == [RYE.id]
    assert ids(hub, author="field") == []
    assert ids(hub, license="mit") == [WHEAT.id]
    assert ids(hub, smallest=2 * 10**9) == [WHEAT.id]
    assert asked_for(hub)["num_parameters"] == ["min:2B"]
    assert ids(hub, largest=1_700_000_000) == [RYE.id]
    assert asked_for(hub)["num_parameters"] == ["max:1.7B"]
    assert ids(hub, smallest=10**9, largest=10**10, limit=1) == [WHEAT.id]
    assert asked_for(hub)["num_parameters"] == ["min:1B,max:10B"]
    assert "pipeline_tag" not in asked_for(hub)


def test_the_order_is_the_hub_s(hub: FakeHub) -> None:
    assert ids(hub, sort=HubSort.LIKES) == [RYE.id, WHEAT.id]
    assert ids(hub, sort=HubSort.NEWEST) == [WHEAT.id, RYE.id]


def test_of_checkpoints_those_are_listed_that_can_be_converted(hub: FakeHub) -> None:
    (oats,) = search(
        HubConnection(hub.endpoint), HubQuery("wheat", kind=RepositoryKind.CONVERTIBLE)
    )
    assert (oats.id, oats.kind) == (OATS.id, RepositoryKind.CONVERTIBLE)
    assert (oats.architecture, oats.parameters) == ("Qwen3ForCausalLM", 2 * 10**9)
    assert asked_for(hub)["pipeline_tag"] == ["text-generation"]


def test_one_page_is_all_that_is_asked_for(hub: FakeHub) -> None:
    assert len(ids(hub, limit=1)) == 1
    assert len(hub.requests) == 1


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": MAX_RESULTS + 1}, {"smallest": 2, "largest": 1}]
)
def test_an_impossible_query_is_not_sent(hub: FakeHub, query: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        ids(hub, **query)
    assert hub.requests == []


def test_nothing_is_tried_again_or_waited_for(hub: FakeHub) -> None:
    hub.misbehave("/api/models", status=429, headers={"Retry-After": "300"})
    with pytest.raises(HubBusy) as busy:
        ids(hub)
    assert busy.value.retry_after == 300
    assert len(hub.requests) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"id": "../../etc/passwd"},
        {"id": None},
        {"id": ["a/b"]},
        {"gguf": "big"},
        {"gguf": {"total": "many", "architecture": ["llama"]}},
        {"gguf": {"total": -5}},
        {"gguf": {"total": 10**400}},
        {"gguf": {"total": True}},
        {"downloads": 1e308, "likes": [1]},
        {"gated": {"x": 1}},
        {"tags": [3, None, "license:" + "x" * 10_000]},
        {"lastModified": "yesterday"},
        {"lastModified": 7},
        {"lastModified": "9999-12-31T23:59:59.999Z"},
        {"config": 3, "cardData": "x"},
        {"safetensors": {"total": "x"}},
    ],
)
@pytest.mark.parametrize("kind", [RepositoryKind.GGUF, RepositoryKind.CONVERTIBLE])
def test_nonsense_from_the_hub_is_survived(kind: RepositoryKind, facts: dict[str, object]) -> None:
    strange = FakeRepository(
        "field/strange",
        {"a.gguf": b"x", "model.safetensors": b"x"},
        facts={"config": {"architectures": ["LlamaForCausalLM"]}, **facts},
    )
    with FakeHub(strange) as hub:
        try:
            found = search(HubConnection(hub.endpoint), HubQuery(kind=kind))
        except HubFault as fault:
            assert fault.advice
            return
    for summary in found:
        assert summary.id == "field/strange"
        assert 0 <= summary.parameters < 2**60 and 0 <= summary.downloads < 2**60
        assert len(summary.license) <= 100 and isinstance(summary.architecture, str)
        assert summary.updated_at >= 0


@pytest.mark.parametrize("facts", [{"lastModified": "yesterday"}, {"id": ["a/b"]}])
def test_an_odd_repository_does_not_keep_the_others_from_being_found(facts) -> None:
    odd = FakeRepository("field/odd", WEIGHTS, facts=facts)
    with FakeHub(odd, WHEAT, RYE) as hub:
        assert ids(hub) == [WHEAT.id, RYE.id]


def test_an_odd_checkpoint_does_not_keep_the_others_from_being_found() -> None:
    odd = FakeRepository(
        "field/odd", OATS.files, facts={**OATS.facts, "safetensors": {"total": "x"}}
    )
    with FakeHub(odd, OATS) as hub:
        assert ids(hub, kind=RepositoryKind.CONVERTIBLE) == [OATS.id]


@pytest.mark.parametrize("body", [b"not JSON", b'{"error": "x"}', b"3", b"[" * 100_000])
def test_what_is_no_list_is_a_fault(hub: FakeHub, monkeypatch, body: bytes) -> None:
    monkeypatch.setattr(session, "_whole", lambda _response: body)
    with pytest.raises(HubFault):
        ids(hub)


def test_a_list_of_which_nothing_is_understood_is_a_fault() -> None:
    with (
        FakeHub(FakeRepository("field/odd", WEIGHTS, facts={"lastModified": "yesterday"})) as hub,
        pytest.raises(HubFault),
    ):
        ids(hub)
