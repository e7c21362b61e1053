"""Imported before any model: Django set up by the environment that `benchmarks.engines` gives."""

import django

django.setup()
