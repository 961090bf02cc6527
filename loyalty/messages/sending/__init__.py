"""From the queue to the gateway, and what became of each message."""
