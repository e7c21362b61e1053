"""The extension of a programme, one question after the other, and its amendments."""
