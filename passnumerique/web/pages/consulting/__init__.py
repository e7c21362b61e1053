"""Consultations: what the authority asks its network, and what each organisation answers."""
