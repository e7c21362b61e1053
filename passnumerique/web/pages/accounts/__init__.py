"""The accounts of a programme: their rendering, the cash that moved, and what is at risk on any day."""
