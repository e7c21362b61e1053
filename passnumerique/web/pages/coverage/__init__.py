"""Coverage: who lives near a workshop to come, where nobody does, and where one more place would change most."""
