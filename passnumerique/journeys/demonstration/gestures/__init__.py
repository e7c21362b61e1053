"""What people do on a day of the demonstration, desk by desk. Each gesture takes the stage and the cast."""
