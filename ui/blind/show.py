"""A small game: two excerpts go on from the same bars, one of them is the network's. Which?"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import streamlit as st

from models.blind import NAMES, Round, make_round
from models.config import ConfigError
from models.listeners import MOST_ANSWERS, ROUNDS, Game, Listeners
from models.store import Run, StoreError
from ui.blind.words import everybody_sentence, score_sentence
from ui.listening import listening
from ui.page import plain
from ui.workspace import Workspace, store

_ROLL_PIXELS = 150


def show_blind_test(workspace: Workspace, run: Run) -> list[Callable[[], None]]:
    """The game in a part of the page of its own: an answer leaves the rest of the page alone.

    What the listener answered is kept, so a refresh goes on where it was. The sound comes by
    itself; the list returned is empty.
    """
    st.header("Can you tell it from the original?", anchor=False)
    st.fragment(_play)(workspace, run)
    return []


def _play(workspace: Workspace, run: Run) -> None:
    try:
        game = Listeners(store()).game(run.id, workspace.id)
        if game.playing:
            _show_round(workspace, run, game)
        else:
            _before_and_after(workspace, run, game)
    except (ConfigError, StoreError) as error:
        st.info(plain(str(error)), icon=":material/info:")


def _before_and_after(workspace: Workspace, run: Run, game: Game) -> None:
    """How the last game went, what all came to, and the way into the next."""
    if game.answers:
        st.markdown(score_sentence(game.last_score))
        others = Listeners(store()).others(run.id, workspace.id)
        if others or len(game.answers) > ROUNDS:
            st.caption(everybody_sentence(game.score, others))
    else:
        st.write(
            f"{ROUNDS} rounds. In each you hear two excerpts of equal length that go on from the "
            "same bars: one as the composer did, one as this network does. Tell which is the "
            "network's. Tempo, instruments, loudness and rounding are the same for both."
        )
    if len(game.answers) >= MOST_ANSWERS:
        st.caption(f"You have given {MOST_ANSWERS} answers on this network: that is all it takes.")
        return
    st.button(
        "Play again" if game.answers else "Start the blind test",
        key=f"blind-start-{len(game.answers)}",
        icon=":material/hearing:",
        on_click=_start,
        args=(workspace.id, run),
    )


def _start(owner: str, run: Run) -> None:
    epoch = store().best(run.id)
    Listeners(store()).start(run.id, owner, secrets.randbits(32), epoch)


def _show_round(workspace: Workspace, run: Run, game: Game) -> None:
    found = _round(run.id, game.epoch, game.seed, game.turn)
    st.markdown(f"**Round {game.in_game} of {ROUNDS}:** which one is the network's?")
    finish = []
    for i, column in enumerate(st.columns(2)):
        with column.container(border=True, key=f"blind-excerpt-{NAMES[i]}"):
            st.markdown(f"**{NAMES[i]}**")
            player = f"blind-player-{NAMES[i]}-{game.turn}"
            finish.append(listening(found.excerpts[i], player, _ROLL_PIXELS, pickable=False))
            # Its round is in the key and in what it does: a second click can hit no other round.
            st.button(
                f"{NAMES[i]} is the network's",
                key=f"blind-{NAMES[i]}-{game.turn}",
                disabled=game.answered,
                width="stretch",
                on_click=_answer,
                args=(workspace.id, run.id, game.turn, i == found.generated),
            )
    if game.answered:
        _reveal(workspace, run, game, found)
    for add_sound in finish:
        add_sound()


def _answer(owner: str, run_id: str, turn: int, right: bool) -> None:
    Listeners(store()).answer(run_id, owner, turn, right)


def _reveal(workspace: Workspace, run: Run, game: Game, found: Round) -> None:
    names = store().corpus(run.id, workspace.id).names
    name = plain(names[found.piece].removesuffix(".mid"))
    generated, original = NAMES[found.generated], NAMES[1 - found.generated]
    seen = "which it never saw" if found.held_out else "from which it learned"
    said = f"The network made {generated}. {original} is from bar {found.bar} of {name}, {seen}."
    if game.answers[game.turn]:
        st.success(f"Right. {said}", icon=":material/check:")
    else:
        st.warning(f"No. {said}", icon=":material/close:")
    last = game.in_game == ROUNDS
    score = game.last_score
    with st.container(horizontal=True, vertical_alignment="center", key="blind-next"):
        st.button(
            "See how you did" if last else "Next round",
            key=f"blind-on-{game.turn}",
            type="primary",
            icon=":material/arrow_forward:",
            on_click=_go_on,
            args=(workspace.id, run.id, game.turn),
        )
        st.caption(f"{score.right} of {score.answers} right so far")


def _go_on(owner: str, run_id: str, turn: int) -> None:
    Listeners(store()).go_on(run_id, owner, turn)


@st.cache_resource(max_entries=32, ttl=1800, show_spinner="The network plays …")
def _round(run_id: str, epoch: int, seed: int, number: int) -> Round:
    return make_round(store(), store().load(run_id), epoch, seed, number)
