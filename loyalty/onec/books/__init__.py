"""Bytes become tables: what a file really is, its encoding, its sheets, its cells as a person sees them."""
