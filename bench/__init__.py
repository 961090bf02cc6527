"""How fast the product is on this machine, against what the machine itself can do: `python -m bench`."""
