"""Who may be written to, and how one refuses."""
