"""The issuer's files, and the reconciliation of the four sources."""
