"""Figures: tidy frame in, matplotlib Axes or Figure out, each with its text for readers who cannot see it."""
