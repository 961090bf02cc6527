"""The customer's pages: plain ones, for whoever holds a link, and the one thing that is seen from outside."""

from loyalty.site import hooks, optout
from loyalty.site.outside import OnlyCustomers

ROUTES = [*optout.ROUTES, *hooks.ROUTES]

__all__ = ["ROUTES", "OnlyCustomers"]
