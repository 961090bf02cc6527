"""The customer's pages: plain ones, for whoever holds a link, and the one thing that is seen from outside."""

from loyalty.site.optout import ROUTES
from loyalty.site.outside import OnlyCustomers

__all__ = ["ROUTES", "OnlyCustomers"]
