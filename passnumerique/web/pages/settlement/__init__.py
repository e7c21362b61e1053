"""What the places are owed: claims filed, controlled, decided, ordered and paid."""
