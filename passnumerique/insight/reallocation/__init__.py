"""Which stock to move where, so that most passes are used by the date: computed, explained, never done by itself."""
