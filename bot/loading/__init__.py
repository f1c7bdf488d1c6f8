"""From an author's files to a compiled script, with every mistake found at once."""
