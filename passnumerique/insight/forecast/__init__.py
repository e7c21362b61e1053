"""The forecast of a programme: how many passes are handed over and used by any date, as a distribution, what
would change it, and how well it was told before.

`model` is pure: figures in, figures out, nothing but the standard library. The modules beside it read the
programme as it was known on a day, and say in words what the model found and what it cannot know.
"""
