"""What asks for an act, ranked by the passes that it would make be used. Read only: the acts are others' operations."""
