"""Questions about customers: a tree of criteria that counts, says itself in Russian, and keeps who answers it."""
