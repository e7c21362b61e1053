"""The state of a programme on one page, the way in to each desk, and the demonstration's clock."""
