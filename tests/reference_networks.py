"""Networks with published values, typed in for the tests, and the frames that carry them."""

from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np
import pandas as pd

#: Krackhardt (1987), 21 managers of a high-tech firm; Wasserman and Faust (1994), tables B.1 to B.4.
ADVICE = {
    1: [2, 4, 8, 16, 18, 21],
    2: [6, 7, 21],
    3: [1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 14, 17, 18, 20, 21],
    4: [1, 2, 6, 8, 10, 11, 12, 16, 17, 18, 20, 21],
    5: [1, 2, 6, 7, 8, 10, 11, 13, 14, 16, 17, 18, 19, 20, 21],
    6: [21],
    7: [2, 6, 11, 12, 14, 17, 18, 21],
    8: [2, 4, 6, 7, 10, 11, 18, 21],
    9: [1, 2, 6, 7, 8, 10, 11, 12, 14, 16, 17, 18, 21],
    10: [1, 2, 3, 4, 5, 8, 11, 13, 15, 16, 17, 18, 19, 20],
    11: [1, 2, 7],
    12: [7, 21],
    13: [1, 2, 5, 9, 14, 18],
    14: [2, 7, 18, 21],
    15: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21],
    16: [1, 2, 10, 18],
    17: [1, 2, 4, 7, 21],
    18: [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15, 16, 19, 20, 21],
    19: [1, 2, 3, 5, 7, 10, 11, 14, 15, 18, 20],
    20: [1, 2, 6, 8, 11, 12, 14, 15, 16, 17, 18, 21],
    21: [2, 3, 4, 6, 7, 8, 12, 14, 17, 18, 20],
}
FRIENDSHIP = {
    1: [2, 4, 8, 12, 16],
    2: [1, 18, 21],
    3: [14, 19],
    4: [1, 2, 8, 12, 16, 17],
    5: [2, 9, 11, 14, 17, 19, 21],
    6: [2, 7, 9, 12, 17, 21],
    8: [4],
    10: [3, 5, 8, 9, 12, 16, 20],
    11: [1, 2, 3, 4, 5, 8, 9, 12, 13, 15, 17, 18, 19],
    12: [1, 4, 17, 21],
    13: [5, 11],
    14: [7, 15],
    15: [1, 3, 5, 6, 9, 11, 14, 19],
    16: [1, 2],
    17: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 19, 20, 21],
    18: [2],
    19: [1, 2, 3, 5, 11, 12, 14, 15, 20],
    20: [11, 18],
    21: [2, 12, 17, 18],
}
#: Who reports to whom: the formal hierarchy of the same firm.
REPORTS = {
    who: boss
    for boss, under in {
        2: [1, 4, 16],
        7: [2, 14, 18, 21],
        14: [3, 5, 9, 13, 15, 19, 20],
        18: [10, 11],
        21: [6, 8, 12, 17],
    }.items()
    for who in under
}
DEPARTMENT = dict(
    zip(range(1, 22), [4, 4, 2, 4, 2, 1, 0, 1, 2, 3, 3, 1, 2, 2, 2, 4, 1, 3, 2, 2, 1], strict=True)
)
#: Davis, Gardner and Gardner (1941), Deep South: 18 women at 14 events, 89 attendances.
SOUTHERN_WOMEN = {
    "Evelyn Jefferson": [1, 2, 3, 4, 5, 6, 8, 9],
    "Laura Mandeville": [1, 2, 3, 5, 6, 7, 8],
    "Theresa Anderson": [2, 3, 4, 5, 6, 7, 8, 9],
    "Brenda Rogers": [1, 3, 4, 5, 6, 7, 8],
    "Charlotte McDowd": [3, 4, 5, 7],
    "Frances Anderson": [3, 5, 6, 8],
    "Eleanor Nye": [5, 6, 7, 8],
    "Pearl Oglethorpe": [6, 8, 9],
    "Ruth DeSand": [5, 7, 8, 9],
    "Verne Sanderson": [7, 8, 9, 12],
    "Myra Liddel": [8, 9, 10, 12],
    "Katherina Rogers": [8, 9, 10, 12, 13, 14],
    "Sylvia Avondale": [7, 8, 9, 10, 12, 13, 14],
    "Nora Fayette": [6, 7, 9, 10, 11, 12, 13, 14],
    "Helen Lloyd": [7, 8, 10, 11, 12],
    "Dorothy Murchison": [8, 9],
    "Olivia Carleton": [9, 11],
    "Flora Price": [9, 11],
}

#: Sampson (1969): whom 18 novices liked most, at three times (samplk1 to samplk3 of the R package ergm).
LIKING = (
    {1: [3, 5, 14], 2: [1, 7, 14], 3: [1, 2, 17], 4: [5, 6, 10], 5: [4, 11, 13], 6: [1, 4, 9], 7: [2, 8, 16],
     8: [1, 2, 9], 9: [5, 8, 16], 10: [4, 8, 14], 11: [5, 8, 14], 12: [1, 2, 14], 13: [5, 7, 18], 14: [1, 11, 12, 15],
     15: [1, 2, 14], 16: [1, 2, 7], 17: [3, 13, 18], 18: [1, 2, 7]},
    {1: [2, 5, 8], 2: [1, 7, 12, 15], 3: [1, 17, 18], 4: [5, 6, 11], 5: [1, 4, 11], 6: [1, 4, 9], 7: [1, 2, 16],
     8: [4, 6, 10], 9: [5, 8, 12], 10: [4, 5, 13], 11: [4, 5, 16], 12: [1, 2, 14], 13: [5, 7, 18], 14: [1, 2, 12, 15],
     15: [1, 2, 5, 14], 16: [2, 7, 12], 17: [2, 3, 18], 18: [2, 13, 17]},
    {1: [3, 12, 14], 2: [1, 7, 12], 3: [1, 13, 17, 18], 4: [5, 6, 11], 5: [4, 9, 11], 6: [4, 5, 9], 7: [2, 12, 16],
     8: [4, 6, 9], 9: [5, 8, 12], 10: [4, 5, 9, 13], 11: [5, 8, 14], 12: [1, 2, 7], 13: [5, 7, 18], 14: [1, 12, 15],
     15: [2, 7, 12], 16: [2, 7, 15], 17: [2, 3, 18], 18: [2, 3, 17]},
)  # fmt: skip


def sampson() -> pd.DataFrame:
    """Liking among the novices in three waves."""
    return pd.concat(
        [
            ties_frame([(a, b) for a, named in liking.items() for b in named], kind="liking", wave=str(wave))
            for wave, liking in enumerate(LIKING, start=1)
        ],
        ignore_index=True,
    )


def ties_frame(pairs, kind: str = "collaboration", wave: str = "before") -> pd.DataFrame:
    """The table ``ties`` of (source, target) pairs."""
    return pd.DataFrame(
        [(kind, wave, str(a), str(b), 1.0) for a, b in pairs],
        columns=["kind", "wave", "source", "target", "weight"],
    )


def organisations_frame(nodes, **columns) -> pd.DataFrame:
    """The table ``organisations``; a column not given is missing."""
    nodes = [str(node) for node in nodes]
    frame = pd.DataFrame({"organisation": nodes})
    for name in ("name", "kind", "municipality", "reach", "power", "steering", "consent"):
        frame[name] = columns.get(name, pd.Series([None] * len(nodes), dtype=object))
    return frame


def respondents_frame(answered, silent=(), kind: str = "collaboration", wave: str = "before") -> pd.DataFrame:
    """The table ``tie_respondents``."""
    rows = [(kind, wave, str(node), True) for node in answered] + [
        (kind, wave, str(node), False) for node in silent
    ]
    return pd.DataFrame(rows, columns=["kind", "wave", "organisation", "responded"])


def high_tech() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Advice and friendship of the high-tech managers, whose kind is their department."""
    ties = pd.concat(
        [
            ties_frame([(a, b) for a, named in relation.items() for b in named], kind=kind)
            for kind, relation in (("advice", ADVICE), ("friendship", FRIENDSHIP))
        ],
        ignore_index=True,
    )
    return ties, organisations_frame(DEPARTMENT, kind=[f"d{d}" for d in DEPARTMENT.values()])


def florentine(isolate: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Marriages of the Florentine families (Padgett and Ansell 1993), with or without the Pucci, who married nobody."""
    graph = nx.florentine_families_graph()
    nodes = [*graph.nodes, *(["Pucci"] if isolate else [])]
    return ties_frame(graph.edges), organisations_frame(nodes)


def southern_women() -> pd.DataFrame:
    """The attendance register (person, activity) of the Southern women."""
    pairs = [(woman, f"E{event:02d}") for woman, events in SOUTHERN_WOMEN.items() for event in events]
    return pd.DataFrame(pairs, columns=["person", "activity"])


def every_answer(matrix: np.ndarray) -> list[np.ndarray]:
    """The network under each answer that the silent ones could have given."""
    unknown = np.argwhere(np.isnan(matrix) & ~np.eye(len(matrix), dtype=bool))
    filled = []
    for answer in product((0.0, 1.0), repeat=len(unknown)):
        one = matrix.copy()
        one[tuple(unknown.T)] = answer
        filled.append(one)
    return filled
