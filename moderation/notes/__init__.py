"""What officers tell one another about a case. No citizen reads it."""
