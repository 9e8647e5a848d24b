from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.conversation import Role
from desktop.domain.model import Device, LoadConfig, LoadedModel, MemoryEstimate, TensorInfo
from desktop.domain.quantization import (
    Fallback,
    ImatrixRequest,
    LevelEstimate,
    QuantizeOptions,
    QuantizeRequest,
    TensorOverride,
)
from desktop.domain.sampling import SamplerSettings
from desktop.engine import job_messages as j
from desktop.engine import protocol as p
from desktop.engine.wire import decode, encode
from tests.helpers.fake_worker import model_info

ANY_TEXT = st.text(st.characters())  # lone surrogates and NUL included


@given(st.lists(st.tuples(st.sampled_from(Role), ANY_TEXT, ANY_TEXT)), st.booleans())
def test_a_request_comes_back_as_it_was(turns, think) -> None:
    request = p.Generate(
        id=7,
        messages=tuple(p.ChatTurn(*turn) for turn in turns),
        sampler=SamplerSettings(seed=3, stop=("a", "b")),
        template_arguments={"enable_thinking": think},
    )
    line = encode(request)
    assert line.count(b"\n") == 1
    assert decode(line) == request


def test_nested_values_come_back_with_their_types() -> None:
    info = model_info(Path("/models/a b \udcff.gguf"))
    tensor = TensorInfo("blk.0.attn_q.weight", "Q4_K", (256, 256), 36864)
    loaded = p.Loaded(
        id=1,
        model=LoadedModel(
            info=info, config=LoadConfig(), estimate=MemoryEstimate(1, 2, 3, 4, 5, 6)
        ),
    )
    assert decode(encode(loaded)) == loaded
    inspected = p.Inspected(id=2, info=type(info)(**{**_values(info), "tensors": (tensor,)}))
    assert decode(encode(inspected)) == inspected
    hello = p.HelloReply(
        id=3, protocol=1, engine="e", build="b", devices=(Device("CPU", "x", "cpu", 1, 2),),
        physical_cores=2,
    )  # fmt: skip
    assert decode(encode(hello)) == hello


def test_jobs_come_back_with_their_types() -> None:
    options = QuantizeOptions(
        imatrix=Path("/m.gguf"), threads=2, overrides=(TensorOverride("a", "Q8_0"),)
    )
    request = QuantizeRequest(Path("/a.gguf"), Path("/b.gguf"), "Q4_K_M", options)
    quantize = j.Quantize(id=1, request=request)
    assert decode(encode(quantize)) == quantize
    imatrix = ImatrixRequest(Path("/a.gguf"), Path("/b.gguf"), (Path("/t.txt"),), 3)
    compute = j.ComputeImatrix(id=2, request=imatrix)
    assert decode(encode(compute)) == compute
    estimate = LevelEstimate("Q4_0", 10, 4.5, (Fallback("x", "Q5_0"),), needs_imatrix=True)
    done = j.DryRunDone(id=3, estimates=(estimate,))
    assert decode(encode(done)) == done


def test_no_child_can_say_that_it_died() -> None:
    with pytest.raises(ValueError, match="not a protocol message"):
        decode(encode(p.Died(id=1, message="", advice="", exit_code=0)))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"type": "Exec", "id": 1}',
        b'{"type": "Cancel"}',
        b'{"type": "Cancel", "target": "1"}',
        b'{"type": "Cancel", "target": true}',
        b'{"type": "Cancel", "target": 1, "extra": 2}',
        b'{"type": "Inspect", "id": 1, "path": 5}',
        b'{"type": "Generate", "id": 1, "messages": 3, "sampler": {}}',
        b'{"type": "Generate", "id": 1, "messages": [], "sampler": {"top_k": "x"}}',
        b"\xff\xfe",
    ],
)
def test_what_is_not_a_message_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="not a protocol message"):
        decode(line)


def test_what_is_said_of_a_broken_message_holds_nothing_a_person_wrote() -> None:
    line = b'{"type": "Inspect", "id": "secret", "path": "/secret.gguf"}'
    with pytest.raises(ValueError, match="expected int, got str") as caught:
        decode(line)
    assert "secret" not in str(caught.value)


def _values(value) -> dict:
    return {name: getattr(value, name) for name in value.__slots__}
