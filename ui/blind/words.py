"""What a blind test came to, in sentences that promise no more than the numbers hold."""

from __future__ import annotations

from models.listeners import NO_SCORE, Score
from ui.counts import many

RARE = 0.05
"""A score that guessing reaches less often than this is no guessing."""


def score_sentence(score: Score) -> str:
    """How many were right, and how often guessing comes to that, as Markdown."""
    said = f"You were right in **{score.right} of {score.answers}**."
    chance = f"Whoever only guesses is right as often or more in {one_in(score.by_guessing)}."
    if score.by_guessing < RARE:
        return f"{said} {chance} So you do hear the difference."
    if score.wrong_by_guessing < RARE:
        fewer = f"By guessing that few or fewer come in {one_in(score.wrong_by_guessing)}."
        return f"{said} {fewer} So you hear a difference, and take the network for the original."
    return f"{said} {chance} So this does not tell hearing from guessing."


def one_in(chance: float) -> str:
    """A chance as `17 of 100 games`, `2 of 1,000 games`."""
    for games in (100, 1000):
        times = round(games * chance)
        if times >= 1:
            return "every game" if times == games else f"{times} of {games:,} games"
    return "less than 1 of 1,000 games"


def heard_words(score: Score) -> str:
    """`55% of 20 answers`; a dash where there are none."""
    return f"{score.share:.0%} of {many(score.answers, 'answer')}" if score.answers else "–"


def everybody_sentence(own: Score, others: Score | None) -> str:
    """What listeners came to so far; empty before the first answer."""
    every = own + (others or NO_SCORE)
    if not every.answers:
        return ""
    whose = "Listeners were" if others else "So far you were"
    return f"{whose} right in {heard_words(every)}; by guessing it would be 50%."
