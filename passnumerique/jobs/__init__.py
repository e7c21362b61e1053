"""The roof that nobody sits under: what the installation does by itself, and when."""
