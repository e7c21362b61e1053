"""What stands outside any programme: the way in, the page behind a pass, help and notices."""
