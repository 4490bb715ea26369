"""Metrics: pure functions of tidy frames. They know no study, no file, no language."""
