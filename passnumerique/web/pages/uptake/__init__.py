"""How fast passes go: what is foretold, what would change it, and how well it was told before."""
