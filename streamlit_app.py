"""Home: music within seconds, then the four steps."""

from ui.page import open_page

workspace = open_page("Gruve", ":material/graphic_eq:")
