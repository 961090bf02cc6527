"""What the shop promises: its terms (pure), the stored versions of them, their words, the form that edits them."""
