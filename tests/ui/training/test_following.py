"""What is said of a run under way."""

from streamlit.testing.v1 import AppTest


def said(waiting: str, place: int) -> str:
    def page(waiting: str, place: int) -> None:
        from models.jobs import Job
        from ui.training.following import _progress

        _progress(Job("0" * 16, 3, place, None, False, waiting))

    app = AppTest.from_function(page, args=(waiting, place)).run(timeout=30)
    assert not app.exception
    return str(app.info[0].value)


def test_a_run_that_waits_says_for_what() -> None:
    assert said("", 2) == "Waiting: 2 trainings before this one."
    assert "Starting the training process" in said("", 0)
    assert said("Waiting for a worker", 0) == "Waiting for a worker"
