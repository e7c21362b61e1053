"""The way of a pass from its reception to its payment: how far passes came, where they wait, what is lost, and how
long each step takes. Read only."""
