"""Sampler settings: one declaration per setting, from which panel, validation and help are made.

The order of `FIELDS` is llama.cpp's default sampler order (common.h: penalties, dry, top_n_sigma,
top_k, typ_p, top_p, min_p, xtc, temperature), which is also the order in which they are applied.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from desktop.domain.errors import InvalidInput

MAX_SEED = 2**32 - 2  # 0xFFFFFFFF is llama.cpp's LLAMA_DEFAULT_SEED, "pick one at random"
DEFAULT_BREAKERS = ("\n", ":", '"', "*")


@dataclass(frozen=True, slots=True)
class SamplerSettings:
    """How the next token is chosen. Every default is llama.cpp's own.

    `seed` None means "choose one at random and say which". `max_tokens` 0 means until the model
    ends its turn. At `temperature` 0 the likeliest token is taken (greedy) and no other sampler
    but the penalties and the grammar acts. `mirostat` 1 or 2 replaces every truncating sampler.
    """

    seed: int | None = None
    max_tokens: int = 0
    stop: tuple[str, ...] = ()
    repeat_penalty: float = 1.0
    repeat_last_n: int = 64
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    dry_penalty_last_n: int = -1
    dry_sequence_breakers: tuple[str, ...] = DEFAULT_BREAKERS
    top_n_sigma: float = -1.0
    top_k: int = 40
    typical_p: float = 1.0
    top_p: float = 0.95
    min_p: float = 0.05
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    temperature: float = 0.8
    dynatemp_range: float = 0.0
    dynatemp_exponent: float = 1.0
    mirostat: int = 0
    mirostat_tau: float = 5.0
    mirostat_eta: float = 0.1
    grammar: str = ""
    json_schema: str = ""

    def __post_init__(self) -> None:
        """Refuse values outside their range. Raises: InvalidInput."""
        for spec in FIELDS:
            value = getattr(self, spec.name)
            if not isinstance(value, (int, float)) or isinstance(value, bool):
                raise InvalidInput(f"{spec.label} must be a number.")
            if not spec.minimum <= value <= spec.maximum:  # NaN fails this too
                raise InvalidInput(
                    f"{spec.label} is {_shown(value)}, but must lie between "
                    f"{_shown(spec.minimum)} and {_shown(spec.maximum)}."
                )
        if self.seed is not None and not 0 <= self.seed <= MAX_SEED:
            raise InvalidInput(f"The seed must lie between 0 and {MAX_SEED}.")
        if self.grammar and self.json_schema:
            raise InvalidInput("Give either a grammar or a JSON schema, not both.")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> SamplerSettings:
        """Read what `to_json` wrote, also by an older Quern: unknown names are ignored."""
        known = {f.name for f in fields(cls)}
        kept = {name: value for name, value in values.items() if name in known}
        try:
            for name in ("stop", "dry_sequence_breakers"):
                if name in kept:
                    kept[name] = tuple(kept[name])
            return cls(**kept)
        except TypeError as error:
            raise InvalidInput("The sampler settings cannot be read.") from error


def _shown(value: float) -> str:
    """A number as people write it: "1,000,000", not "1e+06"."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


@dataclass(frozen=True, slots=True)
class SamplerField:
    """One numeric setting as a person meets it. `main` ones stand in the panel, others under More.

    `off` is the value at which the sampler does nothing (None: it has no such value).
    """

    name: str
    label: str
    explanation: str
    minimum: float
    maximum: float
    step: float
    decimals: int = 0
    main: bool = False
    off: float | None = None


FIELDS: tuple[SamplerField, ...] = (
    SamplerField(
        "max_tokens",
        "Longest answer",
        "Stops after this many tokens; 0 lets the model finish by itself.",
        0,
        1_000_000,
        64,
        off=0,
    ),
    SamplerField(
        "repeat_penalty",
        "Repeat penalty",
        "Makes words that were just used less likely; 1 is off.",
        0.5,
        2.0,
        0.01,
        2,
        main=True,
        off=1.0,
    ),
    SamplerField(
        "repeat_last_n",
        "Penalty window",
        "How many of the last tokens the penalties look at; -1 is the whole context.",
        -1,
        1_000_000,
        16,
        off=0,
    ),
    SamplerField(
        "frequency_penalty",
        "Frequency penalty",
        "Grows with each use of a word; 0 is off.",
        -2.0,
        2.0,
        0.05,
        2,
        off=0.0,
    ),
    SamplerField(
        "presence_penalty",
        "Presence penalty",
        "The same for every word already used once; 0 is off.",
        -2.0,
        2.0,
        0.05,
        2,
        off=0.0,
    ),
    SamplerField(
        "dry_multiplier",
        "DRY strength",
        "Stops whole phrases from repeating; 0 is off, 0.8 is a good start.",
        0.0,
        5.0,
        0.05,
        2,
        off=0.0,
    ),
    SamplerField(
        "dry_base",
        "DRY base",
        "How fast the DRY penalty grows with the length of the repeat.",
        1.0,
        4.0,
        0.05,
        2,
    ),
    SamplerField(
        "dry_allowed_length",
        "DRY allowed length",
        "Repeats up to this many tokens are not penalised.",
        1,
        100,
        1,
    ),
    SamplerField(
        "dry_penalty_last_n",
        "DRY window",
        "How many of the last tokens DRY looks at; -1 is the whole context.",
        -1,
        1_000_000,
        64,
        off=0,
    ),
    SamplerField(
        "top_n_sigma",
        "Top-n-sigma",
        "Keeps tokens within n standard deviations of the best; -1 is off.",
        -1.0,
        10.0,
        0.1,
        2,
        off=-1.0,
    ),
    SamplerField(
        "top_k",
        "Top-k",
        "Chooses among the k likeliest tokens only; 0 is off.",
        0,
        1000,
        1,
        main=True,
        off=0,
    ),
    SamplerField(
        "typical_p",
        "Typical-p",
        "Prefers tokens about as surprising as expected; 1 is off.",
        0.0,
        1.0,
        0.01,
        2,
        off=1.0,
    ),
    SamplerField(
        "top_p",
        "Top-p",
        "Keeps the likeliest tokens that together reach this probability; 1 is off.",
        0.0,
        1.0,
        0.01,
        2,
        main=True,
        off=1.0,
    ),
    SamplerField(
        "min_p",
        "Min-p",
        "Drops tokens less likely than this share of the best one; 0 is off.",
        0.0,
        1.0,
        0.01,
        2,
        main=True,
        off=0.0,
    ),
    SamplerField(
        "xtc_probability",
        "XTC probability",
        "How often the most obvious tokens are left out to surprise; 0 is off.",
        0.0,
        1.0,
        0.05,
        2,
        off=0.0,
    ),
    SamplerField(
        "xtc_threshold",
        "XTC threshold",
        "Only tokens at least this likely can be left out by XTC.",
        0.0,
        0.5,
        0.01,
        2,
    ),
    SamplerField(
        "temperature",
        "Temperature",
        "0 always takes the likeliest token; higher is more varied and less reliable.",
        0.0,
        5.0,
        0.05,
        2,
        main=True,
    ),
    SamplerField(
        "dynatemp_range",
        "Dynamic temperature",
        "Lets the temperature move this far up and down with the model's certainty; 0 is off.",
        0.0,
        5.0,
        0.05,
        2,
        off=0.0,
    ),
    SamplerField(
        "dynatemp_exponent",
        "Dynamic exponent",
        "How sharply dynamic temperature follows the certainty.",
        0.01,
        10.0,
        0.1,
        2,
    ),
    SamplerField(
        "mirostat",
        "Mirostat",
        "Steers towards a steady surprise instead of cutting; 0 is off, else version 1 or 2.",
        0,
        2,
        1,
        off=0,
    ),
    SamplerField(
        "mirostat_tau",
        "Mirostat target",
        "The surprise Mirostat aims at; lower is more focused.",
        0.1,
        20.0,
        0.1,
        2,
    ),
    SamplerField(
        "mirostat_eta",
        "Mirostat rate",
        "How quickly Mirostat corrects itself.",
        0.01,
        1.0,
        0.01,
        2,
    ),
)

FIELD_BY_NAME: dict[str, SamplerField] = {spec.name: spec for spec in FIELDS}


@dataclass(frozen=True, slots=True)
class SamplerPreset:
    """A named set of settings. `built_in` ones cannot be deleted."""

    name: str
    explanation: str
    settings: SamplerSettings
    built_in: bool = False


BALANCED = SamplerSettings()
BUILT_IN_PRESETS: tuple[SamplerPreset, ...] = (
    SamplerPreset(
        "Precise",
        "The likeliest answer, the same every time.",
        replace(BALANCED, temperature=0.0),
        True,
    ),
    SamplerPreset("Balanced", "llama.cpp's own defaults.", BALANCED, True),
    SamplerPreset(
        "Creative",
        "More varied wording, kept in bounds by min-p.",
        replace(BALANCED, temperature=1.1, top_k=0, top_p=1.0, min_p=0.08),
        True,
    ),
)
