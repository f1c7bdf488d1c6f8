"""The mind: pure, synchronous and typed. No network, SQL, clock, randomness, logging or await."""
