"""A visitor's takes in their workspace: the recipes, what lies open, what is on the shelf."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any

from ui.contents import Kept
from ui.shelf import Change, Takes, id_of

_changing = threading.Lock()


class OwnTakes(Kept):
    """The part of a workspace that is takes. Of a take its recipe is kept, never its music."""

    def takes(self) -> Takes:
        """What lies open and what is on the shelf."""
        try:
            return Takes.from_json(self._files.read_json(f"{self._folder}/takes.json"))
        except FileNotFoundError:
            return Takes()

    def keep_recipe(self, recipe: Mapping[str, Any]) -> str:
        """Keep a recipe, for a change of the takes to follow; its id."""
        take = id_of(recipe)
        if not self._files.exists(self._recipe_path(take)):
            self._files.write_json(self._recipe_path(take), recipe)
        return take

    def recipe(self, take: str) -> dict[str, Any] | None:
        """The recipe of a take; None where it is not kept."""
        if not re.fullmatch(r"[0-9a-f]{16}", take):
            return None
        try:
            return self._files.read_json(self._recipe_path(take))
        except FileNotFoundError:
            return None

    def change_takes(self, change: Change) -> Takes:
        """Change the takes, whatever another tab did meanwhile, and drop recipes no longer needed.

        Nothing is kept where `change` raises.
        """
        with _changing:
            before = self.takes()
            after = change(before)
            if after != before:
                self._files.write_json(f"{self._folder}/takes.json", after.to_json())
                for gone in before.ids - after.ids:
                    self._files.delete(self._recipe_path(gone))
        return after

    # The visitor's own file to begin with

    def keep_prompt(self, data: bytes) -> None:
        """Keep the bytes of the one file that takes may begin with, in place of the one before."""
        self._files.write(f"{self._folder}/prompt.mid", data)

    def prompt(self) -> bytes | None:
        """The bytes of that file; None where there is none."""
        try:
            return self._files.read(f"{self._folder}/prompt.mid")
        except FileNotFoundError:
            return None

    def _recipe_path(self, take: str) -> str:
        return f"{self._folder}/takes/{take}.json"
