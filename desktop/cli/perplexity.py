"""`quern perplexity`: how well a model foresees a text, and how far it is from its base."""

from __future__ import annotations

import argparse

from desktop.cli.evaluation_options import add_context, add_text, wanted_text
from desktop.cli.options import add_threads, model_path, positive
from desktop.cli.output import print_json
from desktop.domain.amounts import how_many
from desktop.domain.evaluation import Quality
from desktop.domain.paths import Home


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("model", metavar="MODEL", help="a GGUF file, or a name of `quern models`")
    parser.add_argument(
        "--base", metavar="MODEL", help="what it was quantized from, to compare it with"
    )
    add_text(parser)
    parser.add_argument(
        "--chunks", type=positive, metavar="N", help="chunks to read (default: all there are)"
    )
    add_context(parser)
    add_threads(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace, home: Home) -> int:
    """Measure. Returns the exit status. Raises: QuernError."""
    from desktop.cli.job_use import bar, job_runner
    from desktop.cli.main import DONE
    from desktop.cli.progress import Progress
    from desktop.core.evaluation_text import EvaluationTexts
    from desktop.core.job_control import JobControl
    from desktop.core.perplexity import PerplexityRequest, measure_perplexity
    from desktop.core.quality_fields import quality_fields

    model = model_path(options.model, home)
    base = model_path(options.base, home) if options.base else None
    request = PerplexityRequest(
        model=model,
        text=EvaluationTexts().read(wanted_text(options, base or model)).text,
        base=base,
        chunks=options.chunks or 0,
        context=options.ctx,
        threads=options.threads or 0,
    )
    with Progress("Measuring") as progress:
        quality = measure_perplexity(job_runner(home), request, JobControl(), bar(progress))
    if options.json:
        print_json(quality_fields(quality))
    else:
        _show(quality)
    return DONE


def _show(quality: Quality) -> None:
    from desktop.core.quality_fields import in_words

    print(f"{how_many(quality.chunks, 'chunk')}, {how_many(quality.tokens, 'token')} scored")
    if quality.impossible:
        print(f"At {quality.impossible:,} of them the model computed what is no number.")
    print(f"perplexity     {quality.perplexity.value:.4f} +/- {quality.perplexity_error:.5f}")
    found = quality.divergence
    if found is None:
        return
    print(f"KL divergence  {found.mean.value:.6f} +/- {found.error:.6f} nats")
    print(
        f"               median {found.median.value:.6f}, 90 % {found.p90.value:.6f}, "
        f"99 % {found.p99.value:.6f}, maximum {found.maximum:.6f}"
    )
    print(f"same choice    {in_words(found.same_top, 2, 100)} % of first choices")
    print(
        f"probability    {100 * found.change.value:+.3f} +/- {100 * found.change_error:.3f} %, "
        f"root mean square {100 * found.change_rms:.3f} %"
    )
