"""The scales a study declares."""

from __future__ import annotations

from hubanalysis.study.model import Scale
from hubanalysis.study.reading import Study

__all__ = ["declared_scales"]


def declared_scales(study: Study, about: str) -> list[Scale]:
    """The scales of the instruments about ``people`` or ``organisations``, in the order of study.yaml."""
    return [scale for i in study.model.instruments if i.about == about for scale in i.scales]
