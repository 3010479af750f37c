"""The words of the app and what they mean, for the glossary and for every tooltip.

The table itself is `glossary.toml` beside this module.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

GROUPS = ("Music", "Networks", "Making music")

_TABLE = Path(__file__).with_name("glossary.toml")
_PAGE = "Learn"


@dataclass(frozen=True)
class Term:
    """What a word means here, in a sentence or two of Markdown.

    `see` names related terms, `also` are other words for it, by which it can be found; `a` is the
    article that it takes, where that is not the usual one.
    """

    title: str
    group: str
    means: str
    see: tuple[str, ...] = ()
    also: str = ""
    a: str | None = None

    @property
    def with_article(self) -> str:
        """`an epoch`, `a batch`, `dropout`."""
        usual = "an " if self.title[0].lower() in "aeiou" else "a "
        return f"{usual if self.a is None else self.a}{self.title}"


def _read() -> dict[str, Term]:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {
        name: Term(**{**entry, "see": tuple(entry.get("see", ()))}) for name, entry in table.items()
    }


TERMS: Mapping[str, Term] = _read()
"""Name in the address (`?chapter=glossary&term=epoch`) -> term."""


def link(term: str) -> str:
    """Where the glossary explains a term; relative, so that it holds behind any base path. Raises
    `KeyError` where there is no such term."""
    if term not in TERMS:
        raise KeyError(term)
    return f"{_PAGE}?{urlencode({'chapter': 'glossary', 'term': term})}"


def what_is(*terms: str) -> str:
    """Links to the glossary, to be put behind the words of a tooltip: ` [What is an epoch?](…)`.

    Raises `KeyError` where there is no such term.
    """
    return "".join(f" [What is {TERMS[term].with_article}?]({link(term)})" for term in terms)


def search(words: str) -> list[str]:
    """Names of the terms that hold all these words, those whose title does first."""
    wanted = words.casefold().split()

    def holds(text: str) -> bool:
        return all(word in text.casefold() for word in wanted)

    titled = [name for name, term in TERMS.items() if holds(f"{term.title} {term.also}")]
    told = [name for name, term in TERMS.items() if holds(term.means) and name not in titled]
    return [*titled, *told]


def in_group(names: Iterable[str], group: str) -> list[str]:
    """Those of the names that belong to the group, by the alphabet of their titles."""
    there = (name for name in names if TERMS[name].group == group)
    return sorted(there, key=lambda name: TERMS[name].title.casefold())
