"""What the editor of a segment works with: a question half made, conditions found by a word, fields as typed."""
