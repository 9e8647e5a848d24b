"""The settings of the application, as data."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.addresses import DEFAULT_ENDPOINT
from desktop.ui.i18n import QT_TRANSLATE_NOOP

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """One setting as a person meets it.

    Attributes:
        key: how code names it.
        section: id of a section, one of `SECTIONS`.
        default: its type is the setting's type; a bool becomes a switch.
        choices: (value, text) to choose from; where there are none, a number box shows `minimum`
            to `maximum`, or a text field the text.
        special: text shown instead of `minimum`, for example "Automatic", or in an empty field.
    """

    key: str
    section: str
    label: str
    explanation: str
    default: Value
    choices: tuple[tuple[Value, str], ...] = ()
    minimum: int = 0
    maximum: int = 0
    step: int = 1
    special: str = ""


SECTIONS = (
    ("appearance", QT_TRANSLATE_NOOP("Settings", "Appearance")),
    ("chat", QT_TRANSLATE_NOOP("Settings", "Chat")),
    ("engine", QT_TRANSLATE_NOOP("Settings", "Engine")),
    ("hub", QT_TRANSLATE_NOOP("Settings", "Finding models")),
    ("storage", QT_TRANSLATE_NOOP("Settings", "Storage")),
)

_CACHE_TYPES: tuple[tuple[Value, str], ...] = (
    ("f16", QT_TRANSLATE_NOOP("Settings", "F16, exact")),
    ("q8_0", QT_TRANSLATE_NOOP("Settings", "Q8_0, half the memory")),
    ("q4_0", QT_TRANSLATE_NOOP("Settings", "Q4_0, a quarter of the memory")),
)

SETTINGS: tuple[SettingSpec, ...] = (
    SettingSpec(
        "theme",
        "appearance",
        QT_TRANSLATE_NOOP("Settings", "Theme"),
        QT_TRANSLATE_NOOP("Settings", "Light or dark colours, or whatever the system uses."),
        "system",
        (
            ("system", QT_TRANSLATE_NOOP("Settings", "As the system")),
            ("light", QT_TRANSLATE_NOOP("Settings", "Light")),
            ("dark", QT_TRANSLATE_NOOP("Settings", "Dark")),
        ),
    ),
    SettingSpec(
        "text_scale",
        "appearance",
        QT_TRANSLATE_NOOP("Settings", "Text size"),
        QT_TRANSLATE_NOOP("Settings", "Everything grows along with the text."),
        1.0,
        tuple(
            (percent / 100, f"{percent} %") for percent in (80, 90, 100, 110, 125, 150, 175, 200)
        ),
    ),
    SettingSpec(
        "send_with_enter",
        "chat",
        QT_TRANSLATE_NOOP("Settings", "Send with Enter"),
        QT_TRANSLATE_NOOP("Settings", "Off: Enter makes a new line and Ctrl+Enter sends."),
        True,
    ),
    SettingSpec(
        "open_reasoning",
        "chat",
        QT_TRANSLATE_NOOP("Settings", "Show the model's thoughts"),
        QT_TRANSLATE_NOOP("Settings", "Unfolds what a thinking model writes before its answer."),
        False,
    ),
    SettingSpec(
        "default_preset",
        "chat",
        QT_TRANSLATE_NOOP("Settings", "Preset of new conversations"),
        QT_TRANSLATE_NOOP("Settings", "How answers are sampled until you change it there."),
        "Balanced",
        (("Precise", "Precise"), ("Balanced", "Balanced"), ("Creative", "Creative")),
    ),
    SettingSpec(
        "threads",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "Threads"),
        QT_TRANSLATE_NOOP("Settings", "Processor cores used; one is left for the rest of you."),
        0,
        maximum=512,
        special=QT_TRANSLATE_NOOP("Settings", "Automatic"),
    ),
    SettingSpec(
        "context",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "Context"),
        QT_TRANSLATE_NOOP(
            "Settings", "Tokens of a conversation that the model sees; more takes more memory."
        ),
        0,
        maximum=1_048_576,
        step=256,
        special=QT_TRANSLATE_NOOP("Settings", "Automatic"),
    ),
    SettingSpec(
        "gpu_layers",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "Layers on the GPU"),
        QT_TRANSLATE_NOOP("Settings", "Fewer layers take less graphics memory; 0 uses none."),
        -1,
        minimum=-1,
        maximum=999,
        special=QT_TRANSLATE_NOOP("Settings", "All"),
    ),
    SettingSpec(
        "flash_attention",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "Flash attention"),
        QT_TRANSLATE_NOOP("Settings", "A faster way to compute attention, where it works."),
        "auto",
        (
            ("auto", QT_TRANSLATE_NOOP("Settings", "Where it works")),
            ("on", QT_TRANSLATE_NOOP("Settings", "Always")),
            ("off", QT_TRANSLATE_NOOP("Settings", "Never")),
        ),
    ),
    SettingSpec(
        "cache_type_k",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "KV cache, keys"),
        QT_TRANSLATE_NOOP(
            "Settings", "How exactly the model remembers the conversation: less takes less memory."
        ),
        "f16",
        _CACHE_TYPES,
    ),
    SettingSpec(
        "cache_type_v",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "KV cache, values"),
        QT_TRANSLATE_NOOP("Settings", "As above; other than F16 needs flash attention."),
        "f16",
        _CACHE_TYPES,
    ),
    SettingSpec(
        "unload_after",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "Unload when idle"),
        QT_TRANSLATE_NOOP("Settings", "Minutes without use after which a model's memory is freed."),
        0,
        maximum=1440,
        step=5,
        special=QT_TRANSLATE_NOOP("Settings", "Never"),
    ),
    SettingSpec(
        "downloads_at_once",
        "hub",
        QT_TRANSLATE_NOOP("Settings", "Downloads at once"),
        QT_TRANSLATE_NOOP("Settings", "The others wait for their turn."),
        2,
        minimum=1,
        maximum=8,
    ),
    SettingSpec(
        "hub_endpoint",
        "hub",
        QT_TRANSLATE_NOOP("Settings", "Address of the hub"),
        QT_TRANSLATE_NOOP("Settings", "Hugging Face, or a mirror of it."),
        DEFAULT_ENDPOINT,
    ),
    SettingSpec(
        "hub_proxy",
        "hub",
        QT_TRANSLATE_NOOP("Settings", "Proxy"),
        QT_TRANSLATE_NOOP("Settings", "Only needed where the network asks for one."),
        "",
        special=QT_TRANSLATE_NOOP("Settings", "As the system says"),
    ),
)
