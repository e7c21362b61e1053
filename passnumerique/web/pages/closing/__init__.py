"""The end of validity and the closing, as a dated list of tasks."""
