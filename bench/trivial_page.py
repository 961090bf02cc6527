"""The least a Streamlit page can do: its round trip is the limit for the product's pages."""

import streamlit as st

words = st.text_input("Поиск", live=True, key="q")
st.caption(f"Ищу «{words}»")
