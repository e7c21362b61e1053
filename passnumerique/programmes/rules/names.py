"""Short names that no programme may take: the first words of the installation's own addresses."""

RESERVED_NAMES = frozenset(
    [
        "accept",
        "accessibilite",
        "aide",
        "api",
        "choisir",
        "compte",
        "d",
        "desinscription",
        "healthz",
        "langue",
        "licence",
        "logo",
        "p",
        "scanner",
        "static",
    ]
)
"""Kept true by a test that reads the addresses."""
