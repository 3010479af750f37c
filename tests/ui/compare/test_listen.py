"""Which epochs are heard at first, and what takes side by side have in common."""

from pathlib import Path

from models.store import Store
from tests.ui.compare.runs import SMALL, entries, keep_run
from ui.compare.listen import Same, usual_epochs


def test_early_epochs_the_best_and_the_last_are_heard_first(tmp_path: Path) -> None:
    losses = [5.0 - 0.1 * n for n in range(30)]
    losses[16] = 0.5
    run = keep_run(tmp_path, losses=losses, network=SMALL)
    (entry,) = entries(tmp_path)
    assert usual_epochs(entry) == [1, 2, 5, 10, 17, 20, 30]
    Store(str(tmp_path)).forget_weights(run.id, 5)
    (entry,) = entries(tmp_path)
    assert usual_epochs(entry) == [1, 2, 10, 17, 20, 30]


def test_takes_differ_in_run_and_epoch_alone(tmp_path: Path) -> None:
    keep_run(tmp_path, "quick")
    keep_run(tmp_path, "book", encoding_name="book")
    same = Same(60, 0.9, 7)
    book, quick = (same.of(entry, 1) for entry in entries(tmp_path))
    assert (book.way, quick.way) == ("window", "carried")  # as each was trained
    for choice in (book, quick):
        assert (choice.notes, choice.temperature, choice.seed) == (60, 0.9, 7)
        assert choice.recipe.settings.notes == 60
