"""Customers in lists and on their cards."""
