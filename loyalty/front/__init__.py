"""Streamlit's front end as it is served here: in Russian."""

from loyalty.front.served import InRussian

__all__ = ["InRussian"]
