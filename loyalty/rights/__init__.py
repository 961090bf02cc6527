"""What the law lets a person ask of the shop: her data as one file, and their destruction (152-ФЗ)."""
