"""Taking a take home: every format, all of them in one zip, and a link that plays it."""

from ui.taking_home.show import show_taking_home

__all__ = ["show_taking_home"]
