"""Systems that fulfil orders."""
