"""The bonus engine: facts in, dated entries out; the only place that writes entries."""
