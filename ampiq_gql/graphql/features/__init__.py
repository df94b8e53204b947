"""What works with the data, over the API."""
