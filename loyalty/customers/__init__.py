"""People: found, registered, changed, joined; their names, phones and gifts."""
