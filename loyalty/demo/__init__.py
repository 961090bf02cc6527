"""The demo shop: a believable Russian clothes shop with two years of invented history."""

from loyalty.demo.history import Shop, shop

__all__ = ["Shop", "shop"]
