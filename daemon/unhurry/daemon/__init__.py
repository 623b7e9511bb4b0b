"""The running service: where beats come from, the loop that reads them, and when to speak."""
