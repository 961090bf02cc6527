"""Understood rows become whole documents, or rows rejected with a reason each."""
