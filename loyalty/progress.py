"""How long work tells how far it is."""

from collections.abc import Callable

Share = Callable[[float], None]
"""Told how much is done, from 0 to 1."""

Told = Callable[[float, str], None]
"""Told how much is done, from 0 to 1, and what is being done, in Russian."""
