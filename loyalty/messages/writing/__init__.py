"""A message's words: what is drafted, how it reads for each customer, what it costs."""
