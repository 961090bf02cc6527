"""The loyalty system: what it promises, remembers, computes and shows."""
