"""Acts that cross floors: setting a programme up from a file, and playing a demonstration."""
