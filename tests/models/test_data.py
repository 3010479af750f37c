"""Corpora are split by piece and fed whole: every row is learned once an epoch."""

from dataclasses import replace

import numpy as np
import pytest

from models.config import PRESETS, ConfigError, NetworkConfig, TrainingConfig
from models.data import Corpus, Feed, inputs_of, longest_sequence, split, start_row
from musiccore.encoding import NotesEncoding
from musiccore.encoding.notes import PITCH
from tests.models.music import tune, tunes

QUICK, BOOK = PRESETS["quick"].network, PRESETS["book"].network


def corpus_of(count: int = 8) -> tuple[NotesEncoding, Corpus]:
    pieces = tunes(count)
    encoding = NotesEncoding.fit(pieces)
    return encoding, Corpus.of(encoding, pieces)


def training(**changes: int) -> TrainingConfig:
    return replace(TrainingConfig(batch_size=4, sequence_length=8), **changes)  # type: ignore[arg-type]


def test_held_out_pieces_are_whole_and_never_learned() -> None:
    encoding, corpus = corpus_of(10)
    learn, held = split(encoding, corpus, 0.2, seed=0)
    assert len(held) == 2
    assert sorted(learn.names + held.names) == sorted(corpus.names)
    assert split(encoding, corpus, 0.2, seed=0)[1].names == held.names


def test_transposed_copies_stay_on_one_side() -> None:
    pieces = [tune(60 + k, name=f"copy {k}") for k in range(5)] + tunes(5)
    encoding = NotesEncoding.fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    for seed in range(20):
        _, held = split(encoding, corpus, 0.3, seed)
        copies = [name for name in held.names if name.startswith("copy")]
        assert len(copies) in (0, 5)


def test_a_single_piece_is_learned_whole() -> None:
    encoding = NotesEncoding.fit([tune()])
    learn, held = split(encoding, Corpus.of(encoding, [tune()]), 0.1, 0)
    assert (len(learn), len(held)) == (1, 0)


def test_inputs_are_the_rows_one_step_later_behind_a_start_row() -> None:
    encoding, corpus = corpus_of(1)
    piece = corpus.pieces[0]
    given = inputs_of(encoding, piece)
    assert given.rows[0].tolist() == start_row(encoding).tolist()
    assert (given.rows[1:] == piece.rows[:-1]).all()
    assert (given.position[1:] == piece.position[:-1]).all()


def test_streams_feed_every_row_once_and_carry_on_from_batch_to_batch() -> None:
    encoding, corpus = corpus_of()
    feed = Feed(encoding, corpus, QUICK, training())
    batches = list(feed.epoch(1))
    assert len(batches) == feed.batches
    fed = sum(int(b.weight["wait"].sum()) for b in batches)
    assert fed == sum(len(p.rows) for p in corpus.pieces)
    first, second = batches[:2]
    assert (second.x["rows"][:, 0, PITCH] == first.y["pitch"][:, -1]).mean() > 0.5
    assert all(b.x["rows"].shape == (4, 8, 5) for b in batches)


def test_an_epoch_is_a_function_of_seed_and_number() -> None:
    encoding, corpus = corpus_of()
    feed = Feed(encoding, corpus, QUICK, training(transpose=3))
    again = Feed(encoding, corpus, QUICK, training(transpose=3))
    one, same, other = (list(f.epoch(n)) for f, n in ((feed, 2), (again, 2), (feed, 3)))
    assert all((a.x["rows"] == b.x["rows"]).all() for a, b in zip(one, same, strict=True))
    assert any((a.x["rows"] != b.x["rows"]).any() for a, b in zip(one, other, strict=True))


def test_windows_never_cross_from_one_piece_into_the_next() -> None:
    encoding, corpus = corpus_of(3)
    feed = Feed(encoding, corpus, BOOK, training(sequence_length=20))
    whole = [p.rows.tobytes() for p in corpus.pieces]
    seen = 0
    for batch in feed.epoch(1):
        answers = batch.x["decided"]
        for window, answer in zip(batch.x["rows"], answers, strict=True):
            run = np.concatenate([window, answer[None]]).astype(np.int32).tobytes()
            assert any(run in piece for piece in whole)
            seen += 1
    assert seen == sum(len(p.rows) - 20 for p in corpus.pieces)


@pytest.mark.parametrize("network", [QUICK, BOOK], ids=["streams", "windows"])
def test_too_little_music_is_told_the_longest_sequence_that_works(network: NetworkConfig) -> None:
    encoding, corpus = corpus_of(2)
    longest = longest_sequence(corpus, network, training())
    Feed(encoding, corpus, network, training(sequence_length=longest))
    with pytest.raises(ConfigError, match=rf"would work is {longest}\."):
        Feed(encoding, corpus, network, training(sequence_length=longest + 1))
