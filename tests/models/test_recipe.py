"""A link says the whole choice, and a link that says nonsense is told so."""

from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.config import (
    INPUTS,
    KINDS,
    PRESETS,
    RECURRENT,
    ConfigError,
    Layer,
    NetworkConfig,
    TrainingConfig,
)
from models.optimizers import OPTIMIZERS
from models.recipe import MAX_LENGTH, Recipe, from_query, from_text, to_query, to_text
from musiccore.encoding import ENCODINGS

RATES = st.floats(1e-7, 0.9, allow_nan=False)
LAYERS = st.lists(
    st.one_of(
        st.builds(Layer, st.sampled_from(KINDS[:-1]), st.integers(1, 2048)),
        st.builds(lambda rate: Layer("dropout", rate=round(rate, 6)), RATES),
    ),
    max_size=11,
)
NETWORKS = st.builds(
    lambda layers, kind, **rest: NetworkConfig(layers=(Layer(kind, 8), *layers), **rest),
    LAYERS,
    st.sampled_from(RECURRENT),
    input=st.sampled_from(INPUTS),
    embedding=st.integers(1, 1024),
)
TRAININGS = st.builds(
    TrainingConfig,
    epochs=st.integers(1, 10_000),
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    learning_rate=RATES,
    held_out=RATES,
    seed=st.integers(0, 2**32 - 1),
    patience=st.integers(0, 100),
)


@given(st.builds(Recipe, st.sampled_from(list(ENCODINGS)), NETWORKS, TRAININGS))
def test_every_recipe_comes_back(recipe: Recipe) -> None:
    assert from_query(to_query(recipe)) == recipe
    text = to_text(recipe)
    assert from_text(text) == from_text(f"?{text}") == recipe
    assert len(text) < MAX_LENGTH
    assert quote(text, safe="=&%+-._") == text


@pytest.mark.parametrize("name", PRESETS)
def test_presets_come_back(name: str) -> None:
    preset = PRESETS[name]
    recipe = Recipe("notes", preset.network, preset.training)
    assert from_text(to_text(recipe)) == recipe


def test_what_is_left_out_is_the_default_and_what_is_unknown_is_passed_over() -> None:
    found = from_text("layers=gru8&utm_source=somebody")
    assert found == Recipe("notes", NetworkConfig((Layer("gru", 8),)), TrainingConfig())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no layers"),
        ("layers=", "no layers"),
        ("layers=-", "no layers yet"),
        ("layers=dense8", "recurrent"),
        ("layers=transformer8", "transformer8"),
        ("layers=gru", "'gru'"),
        ("layers=gru1.5", "whole number"),
        ("layers=gru0", "whole number from 1"),
        ("layers=gru99999", "to 2,048"),
        ("layers=gru٣", "layer that does not exist"),
        ("layers=gru8-dropout1", "silence"),
        ("layers=gru8-dropout2.5", "from 0 to 1"),
        ("layers=" + "gru8-" * 13, "at most 12"),
        ("layers=gru8&epochs=many", "epochs"),
        ("layers=gru8&epochs=-1", "epochs"),
        ("layers=gru8&epochs=0", "Epochs must be"),
        ("layers=gru8&learning_rate=nan", "learning rate"),
        ("layers=gru8&learning_rate=1e-400", "learning rate"),
        ("layers=gru8&stateful=maybe", "neither yes nor no"),
        ("layers=gru8&objective=last+step", "choose every step"),
        ("layers=gru8&input=pictures", "pictures"),
        ("layers=gru8&optimizer=__class__", "__class__"),
        ("layers=gru8&encoding=mp3", "mp3"),
        ("layers=gru8&x=" + "y" * MAX_LENGTH, "too long"),
        ("%ff%fe=\x00", "no layers"),
    ],
)
def test_a_foreign_link_is_refused_in_a_sentence(text: str, word: str) -> None:
    with pytest.raises(ConfigError, match=r"^[A-Z].*\.$") as refused:
        from_text(text)
    assert word in str(refused.value)


@given(st.text(max_size=80))
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    for given_text in (text, f"layers={text}", f"layers=gru8&epochs={text}&clip={text}"):
        with suppress(ConfigError):
            from_text(given_text)


def test_the_same_choice_is_equal_however_it_was_typed() -> None:
    assert Layer("gru", 8, rate=0.5) == Layer("gru", 8)
    assert TrainingConfig(clip=1) == replace(TrainingConfig(), clip=1.0)
    assert isinstance(TrainingConfig(clip=1).to_json()["clip"], float)
