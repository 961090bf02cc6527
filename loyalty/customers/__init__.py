"""What is known of people and what they are given: files, the card, names, phones, consents, gifts."""
