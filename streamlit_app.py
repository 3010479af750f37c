"""Where Streamlit begins: the server, and for each visitor the home page.

`streamlit run` finds `app` in this file, imports it and serves it; what serves Streamlit in another
way draws the same page without it.
"""

import streamlit as st
from streamlit import runtime

if runtime.exists():
    from ui.home.home import show_home

    show_home()
else:
    from ui.serving import MIDDLEWARE, serving

    app = st.App(__file__, lifespan=serving, middleware=MIDDLEWARE)
