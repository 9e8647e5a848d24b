"""How the settings of the application are shown, as data; what they may be stands in the core."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.settings import DEFAULTS, SPECS
from desktop.ui.i18n import QT_TRANSLATE_NOOP

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """One setting as a person meets it.

    Attributes:
        key: how code names it.
        section: id of a section, one of `SECTIONS`.
        choices: (value, text) to choose from; where there are none, the setting's type says how it
            is edited.
        special: text shown instead of the smallest number, for example "Automatic", or in an empty
            field.
    """

    key: str
    section: str
    label: str
    explanation: str
    choices: tuple[tuple[Value, str], ...] = ()
    step: int = 1
    special: str = ""

    @property
    def default(self) -> Value:
        """Its type is the setting's type."""
        default: Value = DEFAULTS[self.key]
        return default

    @property
    def bounds(self) -> tuple[int, int]:
        """The smallest and the largest value of a number."""
        bounds = SPECS[self.key].bounds
        assert bounds is not None
        return int(bounds[0]), int(bounds[1])


SECTIONS = (
    ("appearance", QT_TRANSLATE_NOOP("Settings", "Appearance")),
    ("chat", QT_TRANSLATE_NOOP("Settings", "Chat")),
    ("engine", QT_TRANSLATE_NOOP("Settings", "Engine")),
    ("hub", QT_TRANSLATE_NOOP("Settings", "Finding models")),
    ("updates", QT_TRANSLATE_NOOP("Settings", "Updates")),
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
        tuple(
            (percent / 100, f"{percent} %") for percent in (80, 90, 100, 110, 125, 150, 175, 200)
        ),
    ),
    SettingSpec(
        "send_with_enter",
        "chat",
        QT_TRANSLATE_NOOP("Settings", "Send with Enter"),
        QT_TRANSLATE_NOOP("Settings", "Off: Enter makes a new line and Ctrl+Enter sends."),
    ),
    SettingSpec(
        "open_reasoning",
        "chat",
        QT_TRANSLATE_NOOP("Settings", "Show the model's thoughts"),
        QT_TRANSLATE_NOOP("Settings", "Unfolds what a thinking model writes before its answer."),
    ),
    SettingSpec(
        "default_preset",
        "chat",
        QT_TRANSLATE_NOOP("Settings", "Preset of new conversations"),
        QT_TRANSLATE_NOOP("Settings", "How answers are sampled until you change it there."),
        (("Precise", "Precise"), ("Balanced", "Balanced"), ("Creative", "Creative")),
    ),
    SettingSpec(
        "threads",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "Threads"),
        QT_TRANSLATE_NOOP("Settings", "Processor cores used; one is left for your other programs."),
        special=QT_TRANSLATE_NOOP("Settings", "Automatic"),
    ),
    SettingSpec(
        "context",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "Context"),
        QT_TRANSLATE_NOOP(
            "Settings", "Tokens of a conversation that the model sees; more takes more memory."
        ),
        step=256,
        special=QT_TRANSLATE_NOOP("Settings", "Automatic"),
    ),
    SettingSpec(
        "gpu_layers",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "Layers on the GPU"),
        QT_TRANSLATE_NOOP("Settings", "Fewer layers take less graphics memory; 0 uses none."),
        special=QT_TRANSLATE_NOOP("Settings", "As many as fit"),
    ),
    SettingSpec(
        "flash_attention",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "Flash attention"),
        QT_TRANSLATE_NOOP("Settings", "A faster way to compute attention, where it works."),
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
        _CACHE_TYPES,
    ),
    SettingSpec(
        "cache_type_v",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "KV cache, values"),
        QT_TRANSLATE_NOOP("Settings", "As above; other than F16 needs flash attention."),
        _CACHE_TYPES,
    ),
    SettingSpec(
        "unload_after",
        "engine",
        QT_TRANSLATE_NOOP("Settings", "Unload when idle"),
        QT_TRANSLATE_NOOP("Settings", "Minutes without use after which a model's memory is freed."),
        step=5,
        special=QT_TRANSLATE_NOOP("Settings", "Never"),
    ),
    SettingSpec(
        "downloads_at_once",
        "hub",
        QT_TRANSLATE_NOOP("Settings", "Downloads at once"),
        QT_TRANSLATE_NOOP("Settings", "The others wait for their turn."),
    ),
    SettingSpec(
        "hub_endpoint",
        "hub",
        QT_TRANSLATE_NOOP("Settings", "Address of the hub"),
        QT_TRANSLATE_NOOP("Settings", "Hugging Face, or a mirror of it."),
    ),
    SettingSpec(
        "hub_proxy",
        "hub",
        QT_TRANSLATE_NOOP("Settings", "Proxy"),
        QT_TRANSLATE_NOOP("Settings", "Only needed where the network asks for one."),
        special=QT_TRANSLATE_NOOP("Settings", "As the system says"),
    ),
    SettingSpec(
        "check_for_updates",
        "updates",
        QT_TRANSLATE_NOOP("Settings", "Look for updates"),
        QT_TRANSLATE_NOOP(
            "Settings", "Asks once a day for a newer Quern, and tells you. Nothing else is sent."
        ),
    ),
)
