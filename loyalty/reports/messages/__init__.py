"""Figures of messages: campaigns, triggers, what was written to whom."""
