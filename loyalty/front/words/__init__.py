"""The table: Streamlit's own words and what they are in Russian, exact strings of its front end as they stand.

A file is named by how its name begins: `Selectbox` is js/Selectbox.7rsxE6LC.js. Each string is found in it as
often as its line says, or tests/program/test_front.py fails. Where a word is also the name of something, the code
around it is in the line too. What loyalty/ui draws itself, tables, charts and figures, is never asked of Streamlit.
"""

from loyalty.front.words.change import Change
from loyalty.front.words.fields import DATES, FIELDS, FILES
from loyalty.front.words.page import PAGE
from loyalty.front.words.shell import COMMON, SHELL

__all__ = ["STREAMLIT", "WORDS", "Change"]

# The version whose strings these are; another one needs the table looked through (docs/decisions/0013).
STREAMLIT = "1.67.0"

WORDS: list[Change] = [*PAGE, *SHELL, *COMMON, *FIELDS, *DATES, *FILES]
