"""What the background process does by itself: its pulse, the nights, the journal of its runs."""
