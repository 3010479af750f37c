"""The Music page in each of its states."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from musiccore.piece import DRUMS, Piece, Track
from musiccore.writing import to_midi

OpenPage = Callable[..., AppTest]
PAGE = "pages/1_Music.py"
MIDI = "audio/midi"

TUNE = to_midi(Piece("tune", (Track.of([(i, 1, 60 + i, 90) for i in range(12)], 40),)))
ONE_NOTE = to_midi(Piece("one", (Track.of([(0, 1, 60, 90)]),)))
KIT = to_midi(Piece("kit", (Track.of([(i, 1, 36, 90) for i in range(8)], DRUMS),)))


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    uploader = app.file_uploader(key="upload-midi")
    uploader.set_value([(name, data, MIDI) for name, data in files])
    return app.run()


def chosen(app: AppTest) -> str:
    return str(app.radio(key="starter-set").value)


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_it_opens_with_the_chorales(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    assert not app.exception
    assert chosen(app) == "bach-chorales"
    assert "upload" not in app.radio(key="starter-set").options
    assert int(metrics(app)["Pieces"]) > 300


def test_the_choice_survives_a_new_visit_and_is_ones_own(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    app.radio(key="starter-set").set_value("fiddle-tunes").run()
    assert not app.exception
    assert chosen(open_page(PAGE)) == "fiddle-tunes"
    assert chosen(open_page(PAGE, token="b" * 32)) == "bach-chorales"


def test_uploads_are_read_and_chosen(open_page: OpenPage) -> None:
    app = upload(open_page(PAGE), ("tune.mid", TUNE))
    assert not app.exception
    assert chosen(app) == "upload"
    assert app.success[0].value == "Your file was read: 12 notes."
    assert metrics(app)["Notes"] == "12"


def test_an_upload_is_read_once_however_often_the_page_runs(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = upload(open_page(PAGE), ("tune.mid", TUNE))
    app.radio(key="starter-set").set_value("fiddle-tunes").run()
    monkeypatch.setattr("ui.workspace.read_isolated", None)
    app.run()
    assert not app.exception
    assert chosen(app) == "fiddle-tunes"


def test_refused_files_are_named_and_the_others_go_on(open_page: OpenPage) -> None:
    app = upload(
        open_page(PAGE), ("tune.mid", TUNE), ("empty.mid", b""), ("*png*.mid", b"\x89PNG\r\n\x1a\n")
    )
    assert not app.exception
    assert app.info[0].value == "1 of 3 files were read: 12 notes."
    empty, picture = (error.value for error in app.error)
    assert "empty" in empty
    assert "0 bytes" in empty
    assert r"\*png\*" in picture  # shown as it is called, not in italics
    assert metrics(app)["Pieces"] == "1"


def test_files_that_are_all_refused_leave_the_choice(open_page: OpenPage) -> None:
    app = upload(open_page(PAGE), ("empty.mid", b""))
    assert not app.exception
    assert chosen(app) == "bach-chorales"
    assert app.info[0].value == "Your file was not read."


@pytest.mark.parametrize(
    ("data", "remark"), [(ONE_NOTE, "one note only"), (KIT, "drums only")], ids=["one", "drums"]
)
def test_odd_music_is_shown_with_a_remark(open_page: OpenPage, data: bytes, remark: str) -> None:
    app = upload(open_page(PAGE), ("odd.mid", data))
    assert not app.exception
    assert remark in app.warning[0].value
    assert metrics(app)["Pieces"] == "1"


def test_removing_ones_files_leads_back_to_the_starters(open_page: OpenPage) -> None:
    app = upload(open_page(PAGE), ("tune.mid", TUNE))
    app.button(key="remove-uploads").click().run()
    assert not app.exception
    assert chosen(app) == "bach-chorales"
    assert not app.success
    assert chosen(open_page(PAGE)) == "bach-chorales"


def test_too_much_is_refused_in_a_sentence(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.workspace.MOST_UPLOADED_BYTES", 10)
    app = upload(open_page(PAGE), ("tune.mid", TUNE))
    assert not app.exception
    assert "a workspace holds" in app.error[0].value
    assert chosen(app) == "bach-chorales"
