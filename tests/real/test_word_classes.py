"""Reinert's classification of twelve real interviews in spoken Italian, against a plain implementation."""

from __future__ import annotations

import os
import secrets
import sys
import time
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))
from plain_reinert import plain_split, table_chi2  # noqa: E402

REAL = Path(os.environ.get("HUBANALYSIS_REAL_DATA", Path(__file__).parents[3] / "shared" / "real"))
pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(not (REAL / "interviews").is_dir(), reason="the folder of real data is not here"),
]


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    """Segments of forty words of the twelve interviews, and their words."""
    import hubanalysis as ha
    from hubanalysis.metrics.term_matrix import term_matrix
    from hubanalysis.metrics.vocabulary import word_tokens
    from hubanalysis.metrics.word_segments import word_segments

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBANALYSIS_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("HUBANALYSIS_KEY", secrets.token_hex(32))
        patch.setenv("HUBANALYSIS_REAL_DATA", str(REAL.resolve()))
        turns = ha.open_study(str(HERE / "interviews"), lang="it").turns()
    tokens = word_tokens(turns)
    segments, place = word_segments(tokens, turns)
    return segments, term_matrix(tokens, place, len(segments))


@pytest.mark.parametrize("size", [10, 15])
@pytest.mark.parametrize("share", [0.0, 0.05])
def test_every_split_reaches_the_plain_one_and_reports_its_own_chi2(talk, size, share):
    from hubanalysis.metrics.reinert import reinert
    from hubanalysis.metrics.word_segments import joined_segments

    segments, matrix = talk
    units = matrix.joined(joined_segments(segments, np.diff(matrix.present.indptr), size))
    least = max(1, int(np.ceil(share * units.shape[0])))
    start = time.perf_counter()
    tree = reinert(units, 10, least_members=least)
    assert time.perf_counter() - start < 2
    table = units.toarray()
    for split in tree.splits:
        left, right = tree.members[split.left], tree.members[split.right]
        sides = np.stack([table[np.ix_(rows, split.terms)].sum(axis=0) for rows in (left, right)])
        assert split.chi2 == pytest.approx(table_chi2(sides), rel=1e-12)
        rows = np.sort(np.concatenate([left, right]))
        assert split.chi2 >= plain_split(table[np.ix_(rows, split.terms)], least)[1] * (1 - 1e-9)


def test_segments_are_whole_and_each_is_one_speakers(talk):
    segments, matrix = talk
    assert (segments["interview"].nunique(), len(segments) == matrix.present.shape[0]) == (12, True)
    assert segments["words"].max() <= 60 and segments["words"].sum() > 30_000
    assert (segments["end"] > segments["start"]).all()
