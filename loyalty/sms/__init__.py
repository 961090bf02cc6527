"""How messages leave the house: length and price of a text, what a gateway is, a provider a file."""
