"""Tables are understood: where the header is, what each column means, how its values are written."""
