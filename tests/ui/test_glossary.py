"""The glossary: whole, findable, and linked as the Learn page expects it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from ui.glossary import GROUPS, TERMS, in_group, link, search, what_is


def test_every_related_term_is_there() -> None:
    for name, term in TERMS.items():
        assert term.group in GROUPS, name
        assert set(term.see) <= TERMS.keys() - {name}, name
        assert term.means.endswith("."), name
    titles = [term.title for term in TERMS.values()]
    assert len(set(titles)) == len(titles)


def test_every_word_of_the_plan_is_explained() -> None:
    wanted = (
        "note chord pitch pitch-class octave onset offset duration velocity program stream midi "
        "corpus piece token vocabulary epoch batch held-out perplexity nats-per-note temperature "
        "gate state take tempo"
    )
    assert set(wanted.split()) <= TERMS.keys()


def test_a_link_names_the_chapter_and_the_term() -> None:
    parts = urlsplit(link("nats-per-note"))
    assert parts.path == "Learn"
    assert parse_qs(parts.query) == {"chapter": ["glossary"], "term": ["nats-per-note"]}
    with pytest.raises(KeyError, match="nothing"):
        link("nothing")


def test_a_tooltip_asks_in_english() -> None:
    said = what_is("epoch", "batch", "lstm", "dropout", "unit")
    assert said.startswith(" [What is an epoch?](Learn?chapter=glossary&term=epoch)")
    asked = ("a batch", "an LSTM", "dropout", "a unit")
    assert all(f"[What is {words}?]" in said for words in asked)


def test_titles_are_found_before_mentions() -> None:
    found = search("Batch")
    assert found[0] == "batch"
    assert "stateful" in found[1:]
    assert search("note pitch")
    assert search("zebra") == []
    assert set(search("")) == set(TERMS)
    assert "overfitting" in search("underfitting")


def test_groups_hold_every_term_once() -> None:
    listed = [name for group in GROUPS for name in in_group(TERMS, group)]
    assert sorted(listed) == sorted(TERMS)
    assert listed[0] == "bar"
