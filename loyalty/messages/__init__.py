"""Messages: their texts and audiences, campaigns and triggers, the queue and what became of each."""
