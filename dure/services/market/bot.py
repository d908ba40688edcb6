"""What market answers in a chat."""
