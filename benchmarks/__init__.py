"""What the server costs beside SQL written by hand, as ratios of medians within one run."""
