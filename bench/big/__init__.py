"""A big shop's database, kept between runs: a million customers, five million receipts, fifteen million lines."""
