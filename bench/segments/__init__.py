"""Segments over millions of lines, beside hand-written SQL in the same run: `python -m bench segments`."""
