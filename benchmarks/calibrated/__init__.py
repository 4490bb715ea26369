"""The parts of benchmarks/calibration.py: the mechanism that answers, the rows that count, the page that tells."""
