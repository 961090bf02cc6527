"""What stops the benchmark: one sentence for the person who started it."""


class Stopped(Exception):
    """The benchmark cannot go on; str() says why, in Russian."""
