"""The study: what a hub's files are. Describes only; reads nothing but study.yaml."""

from hubanalysis.study.reading import Study, find_study, home, read_study

__all__ = ["Study", "find_study", "home", "read_study"]
