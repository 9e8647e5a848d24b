"""What tokens, probabilities, samplers and hindrances are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.controllers.next_token import Hindrance, LookedAt
from desktop.domain.errors import QuernError
from desktop.domain.sampling import FIELD_BY_NAME, SamplerSettings
from desktop.ui.formats import decimal, fill, integer

SIGNS = {" ": "␣", "\n": "↵", "\t": "⇥", "\r": "␍"}
ISOLATE, END_ISOLATE = "\u2068", "\u2069"  # text between them does not reorder what is around it

_INVISIBLE = {ord(blank): sign for blank, sign in SIGNS.items()}


def visible(text: str) -> str:
    """The text of a token with what would not be seen as signs; isolated, for any direction."""
    shown = text.translate(_INVISIBLE)
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in shown)
    return f"{ISOLATE}{shown}{END_ISOLATE}"


def percent(probability: float) -> str:
    """As exact as it can be told apart: "94 %", "3.2 %", "0.04 %", "< 0.01 %"."""
    share = probability * 100
    if 0 < share < 0.01:
        return fill(_tr("< %1 %"), decimal(0.01, 2))
    places = 2 if share < 1 else 1 if share < 99.95 else 0
    return f"{decimal(share, places)} %"


def exact(probability: float) -> str:
    """With more places, for who looks closely."""
    return f"{decimal(probability * 100, 4)} %"


def sampler_name(name: str) -> str:
    """Of a stage."""
    names = {"model": _tr("Model"), "penalties": _tr("Penalties"), "dry": _tr("DRY")}
    field = FIELD_BY_NAME.get(name)
    if name == "xtc_probability":
        return _tr("XTC")
    return names.get(name) or (field.label if field is not None else name)


def hindrance_sentence(hindrance: Hindrance | QuernError) -> str:
    """Why nothing is shown."""
    if isinstance(hindrance, QuernError):
        return str(hindrance)
    return {
        Hindrance.NO_ANSWER: _tr("There is no answer yet. Send a message, then look here."),
        Hindrance.NO_MODEL: _tr("Choose a model to see what it would say next."),
        Hindrance.ANSWERING: _tr("The answer is being written. This comes back at its end."),
    }[hindrance]


def answer_notes(looked_at: LookedAt) -> list[str]:
    """What has to be known about an answer before its tokens are looked at."""
    told = []
    facts = looked_at.message.facts
    if looked_at.foreign and facts is not None:
        told.append(
            fill(
                _tr("%1 wrote this answer; what the model loaded now thinks of it is shown."),
                facts.model_name,
            )
        )
    if facts is not None and facts.dropped_messages:
        told.append(
            fill(
                _tr("The %1 oldest messages did not fit: the model did not see them."),
                integer(facts.dropped_messages),
            )
        )
    if facts is not None and facts.shifted_tokens:
        told.append(_tr("The context filled up: towards the end the beginning was no longer seen."))
    return told


def settings_notes(settings: SamplerSettings) -> list[str]:
    """What of these settings is not shown exactly as it will act."""
    told = []
    if settings.grammar or settings.json_schema:
        told.append(_tr("The grammar or schema, which forbids tokens, is not part of this."))
    if settings.temperature <= 0:
        return told
    if settings.mirostat:
        told.append(_tr("Mirostat is shown as it begins an answer; it adapts from token to token."))
    elif 0 < settings.xtc_probability < 1:
        told.append(_tr("XTC acts by chance: what comes after it is the average."))
    return told


def _tr(text: str) -> str:
    return QCoreApplication.translate("NextToken", text)
