"""What is sent to the browser: notes, sound, and what tells them from others."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from musiccore.piece import Piece, Track
from ui.player import identity_of, message, sound

DUO = Piece(
    "p", (Track.of([(0.0, 1.0, 60, 90), (1.0, 2.0, 64, 80)]), Track.of([(0.5, 1.0, 72, 70)], 73))
)


def parted(sent: bytes) -> tuple[dict[str, Any], bytes]:
    """The header of a message, and what follows it."""
    head = 4 + int.from_bytes(sent[:4], "little")
    return json.loads(sent[4:head]), sent[head:]


def test_the_message_holds_header_notes_and_surprise() -> None:
    header, body = parted(
        message(DUO, key="k", height=200, audible=True, generated_from=1.0, surprise=[1, 2, 3])
    )
    assert (header["key"], header["notes"], header["seconds"]) == ("k", 3, 1.5)
    assert header["audible"]
    assert header["mixable"]
    assert header["generatedFrom"] == 0.5
    assert np.frombuffer(body, "<f4", 6).tolist() == [0.0, 0.25, 0.5, 0.5, 0.5, 1.0]
    assert list(body[24:33]) == [60, 72, 64, 0, 1, 0, 90, 70, 80]
    assert np.frombuffer(body[33:], "<f4").tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="2 numbers of surprise for 3 notes"):
        message(DUO, key="k", height=200, audible=True, surprise=[1, 2])


def test_the_same_music_is_the_same_message_and_other_music_another() -> None:
    sent = message(DUO, key="k", height=200, audible=True)
    assert sent == message(DUO, key="k", height=200, audible=True)
    surprising, _ = parted(message(DUO, key="k", height=200, audible=True, surprise=[1, 2, 3]))
    assert surprising["id"] != parted(sent)[0]["id"]
    assert surprising["music"] == parted(sent)[0]["music"], "so its sound goes on"
    played = replace(DUO, tracks=(DUO.tracks[0], replace(DUO.tracks[1], program=40)))
    assert identity_of(played) != identity_of(DUO)


def test_sound_is_sent_for_one_player_and_one_piece() -> None:
    header, body = parted(sound.message(DUO, b"recording", player="k", part=1))
    assert header["music"] == identity_of(DUO)
    assert (header["player"], header["part"], header["whole"]) == ("k", 1, True)
    assert body == b"recording"
    assert parted(sound.message(DUO, b"", player="k", error="No."))[0]["error"] == "No."


def test_one_instrument_or_very_long_music_is_not_mixed() -> None:
    alone = Piece("p", DUO.tracks[:1])
    assert not parted(message(alone, key="k", height=200, audible=True))[0]["mixable"]
    long = Piece("p", (*DUO.tracks, Track.of([(700.0, 1.0, 60, 90)])))
    assert not parted(message(long, key="k", height=200, audible=True))[0]["mixable"]


@pytest.mark.parametrize("audible", [False, True])
def test_a_page_shows_it_even_for_a_piece_without_notes(audible: bool) -> None:
    def page(audible: bool) -> None:
        from musiccore.piece import Piece
        from ui.player import parts_wanted, picked, player

        player(Piece("empty", ()), audible=audible)
        assert picked() is None
        assert parts_wanted() == ()

    at = AppTest.from_function(page, args=(audible,)).run(timeout=30)
    assert not at.exception
