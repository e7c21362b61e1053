"""Training sessions: their list, one session with its people, passes used there, and its sheet."""
