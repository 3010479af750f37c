"""The Music page in each of its states."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from musiccore.piece import DRUMS, Piece, Track
from musiccore.writing import to_midi
from tests.ui.music import tune

OpenPage = Callable[..., AppTest]
PAGE = "pages/1_Music.py"
MIDI = "audio/midi"

TUNE = tune(60)[1]
ONE_NOTE = to_midi(Piece("one", (Track.of([(0, 1, 60, 90)]),)))
KIT = to_midi(Piece("kit", (Track.of([(i, 1, 36, 90) for i in range(8)], DRUMS),)))
BAND = to_midi(
    Piece(
        "band",
        (
            Track.of([(i, 1, 60 + i, 90) for i in range(6)], 73),
            Track.of([(i, 1, 50 + i, 90) for i in range(20)], 40),
            Track.of([(i, 1, 36, 90) for i in range(4)], DRUMS),
        ),
    )
)


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    uploader = app.file_uploader(key="upload-midi")
    uploader.set_value([(name, data, MIDI) for name, data in files])
    return app.run()


def corpora(app: AppTest) -> list[str]:
    return list(app.radio(key="corpus").options)


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def heading(app: AppTest) -> str:
    """The title of the corpus in view: the heading over its numbers."""
    titles = [header.value for header in app.header]
    return str(titles[titles.index("What to learn from") - 1])


def learned(app: AppTest) -> str:
    return str(next(info.value for info in app.info if "learns from" in info.value))


def test_it_opens_with_the_chorales(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    assert not app.exception
    assert heading(app) == "Bach chorales"
    assert corpora(app) == ["Bach chorales", "Fiddle tunes", "String quartets"]
    assert metrics(app)["Pieces"] == "364"
    assert "from 364 of 364 pieces: 97,352 notes" in learned(app)


def test_the_choice_survives_a_new_visit_and_is_ones_own(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    app.radio(key="corpus").set_value("fiddle-tunes").run()
    assert not app.exception
    assert heading(open_page(PAGE)) == "Fiddle tunes"
    assert heading(open_page(PAGE, token="b" * 32)) == "Bach chorales"


def test_uploads_are_read_and_chosen(open_page: OpenPage) -> None:
    app = upload(open_page(PAGE), ("tune.mid", TUNE))
    assert not app.exception
    assert heading(app) == "My files"
    assert app.success[0].value == "Your file was read: 12 notes."
    assert metrics(app)["Notes"] == "12"


def test_the_report_survives_a_new_visit(open_page: OpenPage) -> None:
    upload(open_page(PAGE), ("tune.mid", TUNE), ("again.mid", TUNE), ("empty.mid", b""))
    app = open_page(PAGE)
    assert app.info[0].value == (
        "1 of 3 files were read: 12 notes. 1 refused, 1 left out as duplicate."
    )
    (table,) = (frame.value for frame in app.dataframe if "Outcome" in frame.value)
    assert table["Outcome"].tolist() == ["read", "left out as duplicate", "refused"]


def test_an_upload_is_read_once_however_often_the_page_runs(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = upload(open_page(PAGE), ("tune.mid", TUNE))
    app.radio(key="corpus").set_value("fiddle-tunes").run()
    monkeypatch.setattr("ui.bringing.read_isolated", None)
    app.run()
    assert not app.exception
    assert heading(app) == "Fiddle tunes"


def test_refused_files_are_named_and_the_others_go_on(open_page: OpenPage) -> None:
    app = upload(
        open_page(PAGE), ("tune.mid", TUNE), ("empty.mid", b""), ("*png*.mid", b"\x89PNG\r\n\x1a\n")
    )
    assert not app.exception
    assert app.info[0].value == "1 of 3 files were read: 12 notes. 2 refused."
    (refused,) = (error.value for error in app.error)
    assert "0 bytes" in refused
    assert r"\*png\*" in refused  # shown as it is called, not in italics
    assert metrics(app)["Pieces"] == "1"


def test_files_that_are_all_refused_leave_the_choice(open_page: OpenPage) -> None:
    app = upload(open_page(PAGE), ("empty.mid", b""))
    assert not app.exception
    assert heading(app) == "Bach chorales"
    (refused,) = (error.value for error in app.error)
    assert "0 bytes" in refused
    again = open_page(PAGE)
    assert [error.value for error in again.error] == [refused]
    again.radio(key="corpus").set_value("fiddle-tunes").run()
    assert not again.error


@pytest.mark.parametrize(
    ("data", "remark"), [(ONE_NOTE, "one note only"), (KIT, "drums only")], ids=["one", "drums"]
)
def test_odd_music_is_shown_with_a_remark(open_page: OpenPage, data: bytes, remark: str) -> None:
    app = upload(open_page(PAGE), ("odd.mid", data))
    assert not app.exception
    assert remark in app.warning[0].value
    assert metrics(app)["Pieces"] == "1"


def test_removing_a_corpus_leads_back_to_the_starters(open_page: OpenPage) -> None:
    app = upload(open_page(PAGE), ("tune.mid", TUNE))
    app.button(key="remove-corpus").click().run()
    assert not app.exception
    assert heading(app) == "Bach chorales"
    assert not app.success
    assert heading(open_page(PAGE)) == "Bach chorales"


def test_renaming_and_merging(open_page: OpenPage) -> None:
    app = upload(open_page(PAGE), ("tune.mid", TUNE))
    mine = app.radio(key="corpus").value
    app.text_input(key=f"name-{mine}").set_value("A *tune*")
    app.button(key="rename").click().run()
    assert corpora(app)[-1] == r"A \*tune\*"
    app.multiselect(key=f"merge-{mine}-4").set_value([mine, "string-quartets"]).run()
    app.button(key="merge").click().run()
    assert not app.exception
    assert heading(app) == "Merged"
    assert metrics(app)["Pieces"] == "67"


def test_choosing_parts_counts_at_once(open_page: OpenPage) -> None:
    app = upload(open_page(PAGE), ("band.mid", BAND), ("tune.mid", TUNE))
    mine = app.radio(key="corpus").value
    assert "2 of 2 pieces: 42 notes" in learned(app)
    assert "Most of this is one piece" in app.warning[-1].value
    app.toggle(key=f"drums-{mine}").set_value(False)
    app.button_group(key=f"parts-{mine}").set_value("first").run()
    assert "2 of 2 pieces: 18 notes" in learned(app)
    app.button_group(key=f"parts-{mine}").set_value("instruments").run()
    app.multiselect(key=f"instruments-{mine}").set_value([40]).run()
    assert "2 of 2 pieces: 32 notes" in learned(app)
    app.multiselect(key=f"instruments-{mine}").set_value([73]).run()
    assert "1 of 2 pieces: 6 notes" in learned(app)
    assert "one piece only" in app.warning[-1].value
    app.multiselect(key=f"instruments-{mine}").set_value([]).run()
    assert "Nothing is left" in app.warning[-1].value
    assert not app.exception
    app = open_page(PAGE)
    assert app.button_group(key=f"parts-{mine}").value == "instruments"


def test_so_many_at_random(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    number = next(n for n in app.number_input if n.label == "Or this many")
    number.set_value(30)
    app.button(key="tick-random").click().run()
    assert "from 30 of 364 pieces" in learned(app)
    assert "from 30 of 364 pieces" in learned(open_page(PAGE))
    app.button(key="tick-all").click().run()
    assert "from 364 of 364 pieces" in learned(app)


def test_a_collection_of_the_server_is_picked_from(
    open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "music" / "reels"
    folder.mkdir(parents=True)
    for start in range(20, 60):
        (folder / f"{start}.mid").write_bytes(tune(start)[1])
    monkeypatch.setenv("GRUVE_MUSIC_DIR", str(tmp_path / "music"))
    app = open_page(PAGE)
    app.number_input(key="pick-number-reels-40").set_value(15)
    app.button(key="pick").click().run()
    assert not app.exception
    assert heading(app) == "reels, 15 at random"
    assert metrics(app)["Pieces"] == "15"


def test_forgetting_everything_makes_a_new_visitor(open_page: OpenPage, own_store: Path) -> None:
    app = upload(open_page(PAGE), ("tune.mid", TUNE))
    before = app.session_state["workspace-token"]
    app.button(key="forget").click().run()
    assert not app.exception
    assert app.session_state["workspace-token"] != before
    assert corpora(app) == ["Bach chorales", "Fiddle tunes", "String quartets"]
    assert not list(own_store.rglob("*.mid"))
    assert len(corpora(open_page(PAGE))) == 3
