"""What the shop promises: its terms (pure), the stored versions of them, their words, how a form edits them."""
