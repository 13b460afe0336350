"""What the engine asks of the world outside, as protocols with messages of their own."""
