from __future__ import annotations

import argparse
from dataclasses import fields

import pytest

from desktop.cli.sampler_options import add_sampler_options, chosen_settings
from desktop.domain.errors import InvalidInput
from desktop.domain.paths import Home
from desktop.domain.sampling import BUILT_IN_PRESETS, SamplerSettings
from desktop.storage.database import Database
from desktop.storage.presets import SamplerPresets


@pytest.fixture
def choose(home):
    def choose(*words: str) -> SamplerSettings:
        parser = argparse.ArgumentParser()
        add_sampler_options(parser)
        return chosen_settings(parser.parse_args(words), Home(home))

    return choose


def test_without_options_the_settings_are_the_defaults(choose, home):
    assert choose() == SamplerSettings()
    assert not home.exists()


def test_every_setting_has_an_option(choose):
    parser = argparse.ArgumentParser()
    add_sampler_options(parser)
    known = set(vars(parser.parse_args([])))
    assert {f.name for f in fields(SamplerSettings)} <= known


def test_options_become_settings(choose, tmp_path):
    (tmp_path / "digits.gbnf").write_text("root ::= [0-9]+\n")
    chosen = choose(
        *("--seed", "7", "--top-k", "5", "--temperature", "0.5", "--dry-multiplier", "0.8"),
        *("--stop", "END", "--stop", "\n", "--dry-breaker", ";"),
        *("--grammar", str(tmp_path / "digits.gbnf")),
    )
    assert chosen == SamplerSettings(
        seed=7,
        top_k=5,
        temperature=0.5,
        dry_multiplier=0.8,
        stop=("END", "\n"),
        dry_sequence_breakers=(";",),
        grammar="root ::= [0-9]+\n",
    )


def test_a_preset_is_the_base_and_options_change_it(choose):
    creative = next(preset for preset in BUILT_IN_PRESETS if preset.name == "Creative").settings
    assert choose("--preset", "creative") == creative
    assert choose("--preset", "Creative", "--min-p", "0.2").min_p == 0.2
    assert choose("--preset", "Creative", "--min-p", "0.2").temperature == creative.temperature


def test_own_presets_count_and_unknown_ones_are_refused_with_the_names(choose, home):
    database = Database(Home(home).database)
    database.open()
    SamplerPresets(database).save("Poems", SamplerSettings(temperature=1.4))
    database.close()
    assert choose("--preset", "poems").temperature == 1.4
    with pytest.raises(InvalidInput, match="Precise, Balanced, Creative, Poems"):
        choose("--preset", "prose")


@pytest.mark.parametrize("option", ["--temperature", "--min-p"])
def test_values_out_of_range_are_refused_with_the_range(choose, option):
    with pytest.raises(InvalidInput, match="must lie between"):
        choose(option, "77")


def test_files_that_cannot_be_read_are_named(choose, tmp_path):
    (tmp_path / "picture").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="No such file"):
        choose("--grammar", str(tmp_path / "none"))
    with pytest.raises(InvalidInput, match="not a text file"):
        choose("--json-schema", str(tmp_path / "picture"))
