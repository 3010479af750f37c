"""What a blind test came to, in words."""

import pytest

from models.listeners import NO_SCORE, Score
from ui.blind.words import everybody_sentence, heard_words, one_in, score_sentence


def test_a_score_says_what_guessing_comes_to() -> None:
    assert score_sentence(Score(7, 10)) == (
        "You were right in **7 of 10**. Whoever only guesses is right as often or more in 17 of "
        "100 games. So this does not tell hearing from guessing."
    )
    assert score_sentence(Score(9, 10)).endswith(
        "in 1 of 100 games. So you do hear the difference."
    )
    assert score_sentence(Score(1, 10)).endswith("and take the network for the original.")


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (1.0, "every game"),
        (0.172, "17 of 100 games"),
        (0.004, "4 of 1,000 games"),
        (0.0001, "less than 1 of 1,000 games"),
    ],
)
def test_chances(chance: float, said: str) -> None:
    assert one_in(chance) == said


def test_what_listeners_heard() -> None:
    assert heard_words(Score(11, 20)) == "55% of 20 answers"
    assert heard_words(NO_SCORE) == "–"
    assert everybody_sentence(NO_SCORE, None) == ""
    assert everybody_sentence(Score(1, 2), None).startswith("So far you were right in 50%")
    assert everybody_sentence(Score(1, 2), Score(3, 4)).startswith(
        "Listeners were right in 67% of 6 answers"
    )
