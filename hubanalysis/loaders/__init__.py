"""Loaders: read a file as people really export it; every problem named by file, row, column, value and fix."""
