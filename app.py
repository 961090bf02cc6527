"""The server: staff dashboard, and later till API and customer pages, in one process (`streamlit run app.py`)."""

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from loyalty import front, site, ui
from pages import _shell, _warm

# Streamlit would take the folder pages/ for its own until the first visitor's st.navigation: whoever came first by
# a link to an inner page would get it without the shell around it.
PagesManager.uses_pages_directory = False

app = st.App(
    __file__,
    routes=[*site.ROUTES],
    lifespan=_warm.warmed,
    middleware=[Middleware(site.OnlyCustomers), Middleware(front.InRussian)],
    on_script_error=ui.apologise,
)

if __name__ == "__main__":  # a viewer's run of the script; the server itself imports this file
    _shell.run()
