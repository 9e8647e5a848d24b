from __future__ import annotations

from pathlib import Path

from desktop.domain.quantization import LevelEstimate, dominating, fitting, part_path


def estimate(level: str, size: int, error: float, **values: bool) -> LevelEstimate:
    return LevelEstimate(level, size, 4.0, error=error, **values)


GOOD = estimate("Q4_K_M", 100, 0.004)


def test_bigger_and_worse_is_dominated() -> None:
    worse = estimate("Q4_1", 110, 0.006)
    assert (
        dominating(worse, [GOOD, worse], has_imatrix=False) == "Q4_K_M is smaller and more exact."
    )
    assert dominating(GOOD, [GOOD, worse], has_imatrix=False) == ""


def test_worse_at_the_same_size_is_dominated() -> None:
    worse = estimate("Q5_0", 100, 0.006)
    reason = dominating(worse, [GOOD, worse], has_imatrix=False)
    assert reason == "Q4_K_M is more exact at the same size."


def test_smaller_or_more_exact_is_a_choice() -> None:
    for other in (estimate("Q4_K_S", 90, 0.005), estimate("Q5_K_M", 120, 0.001)):
        assert dominating(other, [GOOD, other], has_imatrix=False) == ""


def test_a_difference_nobody_can_tell_is_none() -> None:
    near = estimate("Q4_1", 110, 0.00405)
    assert dominating(near, [GOOD, near], has_imatrix=False) == ""


def test_of_two_that_are_the_same_the_first_stays() -> None:
    same = estimate("MXFP4_MOE", 100, 0.004)
    reason = dominating(same, [GOOD, same], has_imatrix=False)
    assert reason == "For this model it is the same as Q4_K_M."
    assert dominating(GOOD, [GOOD, same], has_imatrix=False) == ""


def test_what_needs_a_matrix_counts_only_when_there_is_one() -> None:
    worse = estimate("Q3_K_S", 110, 0.02)
    better = estimate("IQ3_XS", 105, 0.01, needs_imatrix=True)
    assert dominating(worse, [worse, better], has_imatrix=False) == ""
    assert "IQ3_XS" in dominating(worse, [worse, better], has_imatrix=True)


def test_floating_point_is_never_dominated() -> None:
    full = estimate("F16", 400, 0.0001)
    assert dominating(full, [estimate("Q8_0", 100, 0.00001), full], has_imatrix=False) == ""


def test_the_part_lies_beside_its_file_and_has_an_ascii_name() -> None:
    assert part_path(Path("/models/a.gguf")) == Path("/models/a.gguf.part")
    assert part_path(Path("/modèles/é.gguf")) == Path("/modèles/&#233;.gguf.part")


def test_the_name_of_a_part_is_never_too_long_and_still_its_own() -> None:
    long = [Path(f"/models/{name}.gguf") for name in ("é" * 60, "é" * 61, "a" * 240, "a" * 241)]
    parts = [part_path(path) for path in long]
    assert len(set(parts)) == 4
    assert all(len(part.name) <= 255 and part.name.isascii() for part in parts)
    assert parts[0] == part_path(long[0])


def test_a_long_name_is_cut_between_letters_so_that_more_fits() -> None:
    for name in ("Llama-3.1-8B", "a \udcff"):
        assert fitting(name) == name
    for letter in "aéن🦙":
        cut = fitting(letter * 250)
        assert set(cut) == {letter} and 196 < len(cut.encode()) <= 200
