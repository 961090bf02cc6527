"""A sale or a return, from a till or a file, becomes facts."""
