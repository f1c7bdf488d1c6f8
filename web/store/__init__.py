"""Where talks are kept: sealed bodies under a lookup id, one transaction a turn."""
