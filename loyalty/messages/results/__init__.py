"""What messages brought, and whether they did anything."""
