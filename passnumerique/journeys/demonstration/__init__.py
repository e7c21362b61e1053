"""A programme played day by day from one seed, through the same operations as the web pages.

Each day draws from a seed of its own (the script's seed, the programme and the day), and reads what is
in the database: so a demonstration can be stopped, touched by people, and continued to a later day.
"""

from passnumerique.journeys.demonstration.cast import SignIn, sign_ins
from passnumerique.journeys.demonstration.opening import open_demonstration
from passnumerique.journeys.demonstration.playing import play_until

__all__ = ["SignIn", "open_demonstration", "play_until", "sign_ins"]
