"""What happens after the price: orders that are placed, and receivers that are told of it."""
