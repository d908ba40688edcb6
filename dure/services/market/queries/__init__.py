"""What market answers: reads that give frozen values."""
