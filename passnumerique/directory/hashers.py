"""Passwords are hashed with Argon2id in a bounded memory profile."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class BoundedArgon2(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: the OWASP minimum.

    Many sign-ins at once cannot exhaust a small server: Django's own profile takes 100 MiB and eight
    lanes for each attempt.
    """

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
