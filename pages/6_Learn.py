"""Learn: how a network that remembers works, chapter by chapter, on one's own music."""

import streamlit as st

from ui.learn import CHAPTERS
from ui.learn.contents import choose_chapter, show_contents, way_on
from ui.learn.example import example_of
from ui.page import close_page, open_page

workspace = open_page("Learn", ":material/menu_book:")
name = choose_chapter()
if name is None:
    show_contents()
    close_page("Learn")
    st.stop()

chapter, example = CHAPTERS[name], example_of(workspace)
st.header(f"{chapter.icon} {chapter.title}", anchor=False)
st.write(chapter.sentence)
if chapter.on_example:
    st.caption(example.sentence)
finish = chapter.show(example)
way_on(name)
close_page("Learn")
for bring in finish or ():
    bring()
