"""Reading across the floors: the state of a programme on any day, and whether its books agree."""
