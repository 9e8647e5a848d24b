"""What a model is and takes, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from desktop.domain.hub import Fit, RepositorySummary
from desktop.domain.model import MemoryEstimate, ModelInfo
from desktop.ui.formats import amount, count, data_size, decimal, fill, integer, tokens


def described(info: ModelInfo) -> Sequence[tuple[str, str]]:
    """The header as (name, value)."""
    unknown = _tr("not said")
    context = fill(_tr("%1 tokens"), integer(info.context_length))
    shape = _tr("%1 layers, width %2, vocabulary %3")
    numbers = (info.block_count, info.embedding_length, info.vocabulary_size)
    template = _tr("yes") if info.chat_template else _tr("none; a plain one is used")
    level = _tr("%1, %2 bits per weight")
    return (
        (_tr("Parameters"), count(info.parameters)),
        (_tr("Quantization level"), fill(level, info.level, decimal(info.bits_per_weight, 2))),
        (_tr("Size on disk"), data_size(info.file_size)),
        (_tr("Architecture"), info.architecture),
        (_tr("Trained for a context of"), context if info.context_length else unknown),
        (_tr("Shape"), fill(shape, *(integer(number) for number in numbers))),
        (_tr("Chat template"), template),
        (_tr("Licence"), info.license or unknown),
        (_tr("Description"), info.description or unknown),
    )


def model_facts(info: ModelInfo) -> str:
    """Family, weights, level and size of a GGUF file, in one line."""
    weights = fill(_tr("%1 weights"), count(info.parameters))
    return " · ".join((info.architecture, weights, info.level, data_size(info.file_size)))


def parameters(number: int) -> str:
    """How large a model is."""
    return amount(number, _tr("1 parameter"), _tr("%1 parameters"))


def verdict(estimate: MemoryEstimate) -> str:
    """Whether a model fits, and what would."""
    free = estimate.available - estimate.total
    if estimate.fits:
        return fill(_tr("Fits, with %1 to spare."), data_size(free))
    text = fill(_tr("Too big by %1."), data_size(-free))
    if estimate.fitting_context:
        with_less = _tr("With a context of %1 it would fit.")
        return text + " " + fill(with_less, integer(estimate.fitting_context))
    return text + " " + _tr("A smaller quantization level of it may fit.")


def parts_of(estimate: MemoryEstimate) -> Sequence[tuple[str, int]]:
    """What the memory is for, as (name, bytes), without what takes none."""
    parts = (
        (_tr("weights"), estimate.weights),
        (_tr("context"), estimate.kv_cache),
        (_tr("computing"), estimate.compute),
        (_tr("the rest"), estimate.overhead),
    )
    return [(name, size) for name, size in parts if size]


def breakdown(estimate: MemoryEstimate) -> str:
    """What loading takes and what is free, in one sentence."""
    listed = ", ".join(f"{name} {data_size(size)}" for name, size in parts_of(estimate))
    sizes = (data_size(estimate.total), listed, data_size(estimate.available))
    return fill(_tr("Takes %1 (%2); %3 are free."), *sizes)


def fit_words(fit: Fit) -> str:
    """Whether a model fits at one context."""
    if fit.spare >= 0:
        return fill(_tr("fits with %1 to spare"), data_size(fit.spare))
    return fill(_tr("too big by %1"), data_size(-fit.spare))


def fits_words(fits: Sequence[Fit]) -> str:
    """Whether a model fits at any of several contexts, smallest first; there is at least one."""
    fitting = [fit for fit in fits if fit.spare >= 0]
    if len(fitting) == len(fits):
        return fit_words(fits[-1])
    if fitting:
        return fill(_tr("fits with %1 context"), tokens(fitting[-1].context))
    return fit_words(fits[0])


def popularity(summary: RepositorySummary) -> Sequence[str]:
    """How often a repository was downloaded and liked."""
    return (
        amount(summary.downloads, _tr("1 download"), _tr("%1 downloads")),
        amount(summary.likes, _tr("1 like"), _tr("%1 likes")),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Models", text)
