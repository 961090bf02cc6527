"""Figures for the screens, read only, as DataFrames."""
