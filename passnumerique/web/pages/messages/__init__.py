"""Messages: the list of those who could be woken, the log, and the page by which a person ends them."""
