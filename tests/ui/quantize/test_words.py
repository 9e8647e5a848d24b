"""What levels, sources and requests come to, in plain words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.core.checkpoints import CheckpointFolder
from desktop.domain.job import JobProgress, JobState
from desktop.domain.quantization import Fallback, ImatrixRequest
from desktop.ui.model_words import model_facts
from desktop.ui.quantize.job_words import line_of, title_of
from desktop.ui.quantize.level_words import fallback_details
from desktop.ui.quantize.source_words import checkpoint_facts, requantizing, twice
from desktop.ui.quantize.summary import of_conversion, of_levels
from desktop.ui.widgets.readiness import Readiness
from tests.helpers.quantize_page_data import (
    CHECKPOINT,
    FOLDER,
    SOURCE,
    conversion,
    estimates,
    job,
    model,
    plan_of,
    request,
)

BY_LEVEL = {estimate.level: estimate for estimate in estimates()}
ROOM = 10**12


def summary(*levels: str, plan=None, has_imatrix=False, computes=False, source=SOURCE):
    chosen = [BY_LEVEL[level] for level in levels]
    return of_levels(chosen, plan, source, has_imatrix=has_imatrix, computes=computes)


def test_one_file_and_several():
    assert summary("Q4_K_M").sentence == "Makes 1 file, 4.9 GB."
    both = summary("Q4_K_M", "Q8_0")
    assert both.sentence == "Makes 2 files, 13.4 GB in all."
    assert both.readiness is Readiness.READY


def test_without_a_level_there_is_nothing_to_make():
    nothing = summary()
    assert (nothing.readiness, nothing.sentence) == (
        Readiness.LACKING, "Choose at least one level.",
    )  # fmt: skip


def test_a_level_that_needs_a_matrix_waits_for_one():
    without = summary("Q4_K_M", "IQ2_M", "IQ1_S")
    assert without.readiness is Readiness.LACKING
    assert without.sentence.startswith("IQ2_M, IQ1_S cannot be made without")
    computed = summary("IQ2_M", has_imatrix=True, computes=True)
    assert computed.readiness is Readiness.READY
    assert computed.sentence == "Makes 1 file, 2.9 GB. The importance matrix is computed first."


def test_files_that_are_there_are_said_to_be_replaced():
    wanted = request("Q4_K_M", "Q8_0")
    one = summary("Q4_K_M", "Q8_0", plan=plan_of(wanted, free=ROOM, there=("Q8_0",)))
    assert one.sentence.endswith("One of that name is there already and will be replaced.")
    two = summary("Q4_K_M", "Q8_0", plan=plan_of(wanted, free=ROOM, there=("Q4_K_M", "Q8_0")))
    assert two.sentence.endswith("2 of those names are replaced.")
    assert two.readiness is Readiness.READY


def test_too_small_a_disk_is_said_before():
    wanted = request("Q4_K_M", "Q8_0")
    full = summary("Q4_K_M", "Q8_0", plan=plan_of(wanted, free=10**9))
    assert full.readiness is Readiness.IMPOSSIBLE
    assert full.sentence == (
        "The files take 13.4 GB, but only 1.0 GB are free there. Choose another folder."
    )


def test_the_source_is_never_replaced():
    wanted = request("F16")
    itself = summary("F16", plan=plan_of(wanted, free=ROOM), source=wanted.destination("F16"))
    assert itself.readiness is Readiness.IMPOSSIBLE
    assert "is the source itself" in itself.sentence


def test_a_conversion_says_about_how_large_it_gets():
    folder = CheckpointFolder(CHECKPOINT, "Llama", "LlamaForCausalLM", "bf16", 16 * 10**9)
    made = of_conversion(folder, conversion(), None)
    assert made.readiness is Readiness.READY
    assert made.sentence == "Makes Llama-3.1-8B-Instruct-BF16.gguf, about 16.0 GB."
    for outtype, size in (("q8_0", "about 8.5 GB"), ("f32", "about 32.0 GB")):
        assert size in of_conversion(folder, replace(conversion(), outtype=outtype), None).sentence


def test_a_conversion_needs_room():
    folder = CheckpointFolder(CHECKPOINT, "Llama", "LlamaForCausalLM", "bf16", 16 * 10**9)
    assert of_conversion(folder, conversion(), 16 * 10**9).readiness is Readiness.READY
    refused = of_conversion(folder, conversion(), 9_800_000_000)
    assert refused.readiness is Readiness.IMPOSSIBLE
    assert refused.sentence == (
        "The file takes about 16.0 GB, but only 9.8 GB are free there. Choose another folder."
    )


def test_a_conversion_replaces_nothing(tmp_path):
    folder = CheckpointFolder(CHECKPOINT, "Llama", "LlamaForCausalLM", "bf16", 16 * 10**9)
    there = replace(conversion(), destination=tmp_path / "there.gguf")
    there.destination.touch()
    refused = of_conversion(folder, there, None)
    assert refused.readiness is Readiness.IMPOSSIBLE
    assert (
        refused.sentence == "there.gguf is there already. Begin with it, or choose another folder."
    )


def test_what_a_source_is():
    assert model_facts(model()) == "llama · 8.0 B weights · F16 · 16.1 GB"
    folder = CheckpointFolder(CHECKPOINT, "Llama", "LlamaForCausalLM", "bf16", 16 * 10**9)
    assert checkpoint_facts(folder) == "Checkpoint · LlamaForCausalLM · BF16 · 16.0 GB"


def test_a_quantized_source_is_known_by_its_tensors():
    assert not twice(model())
    assert twice(model("Q4_K"))
    assert "quantized already, to Q4_K_M: quality would be lost twice" in requantizing(
        model("Q4_K_M")
    )


def test_tensors_of_other_types_are_listed_by_type_the_most_frequent_first():
    tensors = [Fallback("output.weight", "Q8_0")]
    tensors += [Fallback(f"blk.{n}.ffn_down.weight", "Q5_0") for n in range(6)]
    first, five, eight = fallback_details(tensors).splitlines()
    assert first.startswith("Their width is no multiple")
    assert five.startswith("Q5_0: blk.0.ffn_down.weight, ")
    assert five.endswith("blk.3.ffn_down.weight and 2 more")
    assert eight == "Q8_0: output.weight"


def test_what_each_job_makes():
    assert title_of(request("Q4_K_M", "Q8_0")) == "Llama-3.1-8B-Instruct · Q4_K_M, Q8_0"
    assert title_of(conversion()) == "Llama-3.1-8B-Instruct as a GGUF file, BF16"
    matrix = ImatrixRequest(Path("/m/a.gguf"), FOLDER / "a.imatrix.gguf", ())
    assert title_of(matrix) == "Importance matrix of a.gguf"
    made = line_of(job(1, JobState.DONE, matrix, results=(matrix.destination,)), {})
    assert not made.results[0].model


def test_what_was_made_before_a_job_ended_early_is_offered():
    wanted = request("Q4_K_M", "Q8_0", "Q2_K")
    one = (wanted.destination("Q4_K_M"),)
    cancelled = line_of(job(1, JobState.CANCELLED, wanted, results=one), {one[0]: 5 * 10**9})
    assert cancelled.figures == "Cancelled · 1 of 3 files made"
    (result,) = cancelled.results
    assert (result.path, result.title, result.model) == (one[0], one[0].name, True)
    assert line_of(job(1, JobState.FAILED, wanted), {}).figures == "Failed"


def test_the_notes_of_a_job_are_shown_when_it_is_done():
    made = job(1, JobState.DONE, conversion(), notes=("The first.", "The second."))
    assert line_of(made, {}).note == "The first. The second."


def test_a_job_of_which_the_speed_says_nothing_yet_has_no_time_left():
    started = job(1, JobState.RUNNING, progress=JobProgress(0.999, "Reading"))
    assert line_of(started, {}).figures == "99 %"
    assert line_of(started, {}).note == "Reading"
