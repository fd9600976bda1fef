"""Scripts that print the figures the project promises."""
