"""The lane: redemptions over HTTP as fast as the database under them.

An ASGI application that answers the two calls that take passes, and nothing else: token, validation,
statement, answer, without Django's middleware. The contract, the operation and the answers are those of
the plain views (`api/wire.py`, `training.operations.redeem_together`).

One thread speaks with the database. Whatever was asked while it was busy is taken next, as one set in
one transaction (group commit: no timer, nobody waits for company). A set that fails as a whole is asked
again caller by caller, so that one cannot spoil its neighbours.
"""
