"""How fast words are cut, counted and compared: 600,000 tokens of the shipped interviews said again and again.

The turns of the study siena-2022 (and of a folder of interviews given with --turns, one ``speaker<TAB>text`` a line)
are drawn with a seed until there are enough words; one long word in eight gets another ending, so that 600,000 words
have many different ones too (13,000 dictionary forms). ``--quick`` takes 60,000. Peers: simplemma asked word by word,
nltk's tokeniser of words and punctuation, scikit-learn's counting of words.
"""

from __future__ import annotations

import argparse
import re
import resource
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
from measure import median_seconds, report
from scipy import sparse

from hubanalysis.metrics.collocations import collocations
from hubanalysis.metrics.dispersion import word_dispersion
from hubanalysis.metrics.keyness import keyness, keyness_of_all
from hubanalysis.metrics.keyword_in_context import keyword_in_context
from hubanalysis.metrics.lexical_diversity import lexical_diversity
from hubanalysis.metrics.reinert import reinert
from hubanalysis.metrics.tokens import places_of_all
from hubanalysis.metrics.vocabulary import word_tokens
from hubanalysis.metrics.word_cooccurrence import word_cooccurrence
from hubanalysis.metrics.word_segments import word_segments

SIZES = (100_000, 300_000, 600_000)
INTERVIEWS = 60
#: The tokens on which targets are set; a shorter look is measured and not judged.
JUDGED = 600_000
_LONG = re.compile(r"\b[a-zàèéìòù]{6,}\b")
_STEMS, _ENDINGS = (
    ["b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "z"],
    ["ando", "ata", "ibile", "iamo", "ista", "mente", "ore", "uto"],
)
ENDINGS = [stem + ending for stem in _STEMS for ending in _ENDINGS]


def shipped_turns() -> list[str]:
    """What the interviewees of the shipped study say, turn by turn."""
    import hubanalysis

    return hubanalysis.open_study("siena-2022").turns()["text"].astype("object").to_list()


def made_turns(texts: list[str], words: int, seed: int = 2022) -> pd.DataFrame:
    """Turns drawn again from ``texts``, in 60 interviews, until they hold about ``words``."""
    rng = np.random.default_rng(seed)
    number = int(1.02 * words * len(texts) / len(places_of_all(texts)[0])) + 1
    chosen = rng.integers(0, len(texts), size=number)
    interview = np.sort(rng.integers(0, INTERVIEWS, size=number))
    own = [_varied(texts[k], rng) for k in chosen]
    size = pd.Series([len(t) + 1 for t in own])
    return pd.DataFrame(
        {
            "interview": [f"I{k:02d}" for k in interview],
            "turn": np.arange(number),
            "speaker": "P1",
            "role": "interviewee",
            "text": own,
            "start": (size.groupby(interview).cumsum() - size).to_numpy(),
        }
    )


def _varied(text: str, rng: np.random.Generator) -> str:
    """One long word in eight with another ending, the common endings more often (Zipf)."""

    def changed(match: re.Match) -> str:
        if rng.random() > 0.125:
            return match[0]
        return match[0][:-2] + ENDINGS[min(int(rng.zipf(1.3)) - 1, len(ENDINGS) - 1)]

    return _LONG.sub(changed, text)


def groups() -> pd.DataFrame:
    """Three groups of twenty interviews."""
    names = [f"I{k:02d}" for k in range(INTERVIEWS)]
    return pd.DataFrame({"interview": names, "group": np.repeat(["a", "b", "c"], INTERVIEWS // 3)})


def judged(measure: str, value: float, size: int, most: float) -> None:
    """A time with its target, where the size is the one the target is set on."""
    enough = size >= 0.95 * JUDGED
    report(measure, value, "s", f"< {most} s" if enough else "shown", value < most if enough else None)


def words(texts: list[str], sizes: tuple[int, ...], times: int) -> pd.DataFrame:
    """Tokens, lemmas and keyness at each size; the tokens of the last."""
    interviews = groups()
    for size in sizes:
        turns = made_turns(texts, size)
        tokens = word_tokens(turns)
        n = len(tokens)
        taken = median_seconds(lambda t=turns: word_tokens(t), times)
        judged(f"tokenise and lemmatise, {n:,} tokens", taken, n, 4)
        taken = median_seconds(lambda t=tokens: keyness_of_all(t, interviews), times)
        types = tokens["lemma"].nunique()
        judged(f"keyness of all {types:,} types (G2, log ratio), {n:,} tokens", taken, n, 0.1)
    return turns, tokens


def readings(turns: pd.DataFrame, tokens: pd.DataFrame, times: int) -> None:
    """What else is read from the tokens, each once."""
    interviews, n = groups(), len(tokens)
    works = {
        "keyness with permutation and bootstrap (999 each)": lambda: keyness(tokens, interviews),
        "dispersion of all words": lambda: word_dispersion(tokens),
        "terms of several words": lambda: collocations(tokens),
        "lexical diversity (MTLD, HD-D, MATTR)": lambda: lexical_diversity(tokens, interviews),
        "concordance of a frequent word": lambda: keyword_in_context(tokens, turns, "casa"),
        "concordance of two words with a wildcard": lambda: keyword_in_context(
            tokens, turns, "assistent* social*"
        ),
    }
    for name, work in works.items():
        report(f"{name}, {n:,} tokens", median_seconds(work, times), "s", "shown", None)


def peers(turns: pd.DataFrame, times: int) -> None:
    """The same words by others: ours also finds names, places and words of content."""
    import simplemma
    from nltk.tokenize import wordpunct_tokenize
    from sklearn.feature_extraction.text import CountVectorizer

    ours = median_seconds(lambda: word_tokens(turns), times)

    def plain() -> None:
        for text in turns["text"]:
            for word in wordpunct_tokenize(text):
                simplemma.lemmatize(word, "it")

    report(
        "nltk + simplemma word by word / ours",
        median_seconds(plain, times) / ours,
        "times",
        "shown",
        None,
    )
    counted = median_seconds(lambda: CountVectorizer().fit_transform(turns["text"]), times)
    report("ours / scikit-learn counting forms alone", ours / counted, "times", "shown", None)


# --- co-occurrence and classification -----------------------------------------------------------------------------


def near_each_other(texts: list[str], sizes: tuple[int, ...], times: int) -> None:
    """Words said near each other, segments and their table of words, at each size of talk."""
    for size in sizes:
        turns = made_turns(texts, size)
        tokens = word_tokens(turns)
        n = len(tokens)
        taken = median_seconds(lambda t=tokens: word_cooccurrence(t), times)
        judged(f"co-occurrence, window 5, {n:,} tokens", taken, n, 0.5)
        taken = median_seconds(lambda t=tokens, u=turns: word_segments(t, u), 1)
        report(f"segments of forty words, {n:,} tokens", taken, "s", "shown", None)


def made_segments(segments: int, terms: int = 1500, topics: int = 8, seed: int = 1) -> sparse.csr_array:
    """Segments of 8 to 19 words, half of them by the topic's own frequencies, half by everybody's (Zipf, .8)."""
    rng = np.random.default_rng(seed)
    all_say = 1 / np.arange(1, terms + 1) ** 0.8
    all_say /= all_say.sum()
    say = [0.5 * all_say[rng.permutation(terms)] + 0.5 * all_say for _ in range(topics)]
    rows = [rng.choice(terms, rng.integers(8, 20), p=say[rng.integers(topics)]) for _ in range(segments)]
    place = np.repeat(np.arange(segments), [len(r) for r in rows])
    counts = sparse.csr_array((np.ones(len(place)), (place, np.concatenate(rows))), shape=(segments, terms))
    counts.sum_duplicates()
    counts.data[:] = 1
    return counts


def classes(sizes: tuple[int, ...], times: int) -> None:
    """Reinert's classification into ten classes, of segments x 1,500 words."""
    for size in sizes:
        matrix = made_segments(size)
        taken = median_seconds(lambda m=matrix: reinert(m, 10), times)
        target = "< 2 s" if size == 5000 else "shown"
        met = taken < 2 if size == 5000 else None
        report(f"Reinert's classification, {size:,} segments x 1,500 words, k = 10", taken, "s", target, met)


def memory(texts: list[str], size: int) -> None:
    """What is held at most while all is read, as Python counts it, and of the whole process."""
    turns = made_turns(texts, size)
    tracemalloc.start()
    tokens = word_tokens(turns)
    keyness(tokens, groups())
    held = tracemalloc.get_traced_memory()[1] / 2**30
    tracemalloc.stop()
    report(f"peak memory of tokens and keyness, {len(tokens):,} tokens", held, "GB", "shown", None)
    whole = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    report("peak memory of the whole process", whole, "GB", "< 1.5 GB", whole < 1.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="60,000 tokens, once")
    parser.add_argument(
        "--turns", type=Path, help="a folder of interviews, speaker<TAB>text a line, to draw from too"
    )
    options = parser.parse_args()
    texts = shipped_turns()
    if options.turns:
        for file in sorted(options.turns.glob("*.txt")):
            texts += [line.partition("\t")[2] for line in file.read_text(encoding="utf-8").splitlines()]
    sizes, times = ((60_000,), 1) if options.quick else (SIZES, 3)
    turns, tokens = words(texts, sizes, times)
    readings(turns, tokens, 1)
    peers(turns, times)
    del turns, tokens
    near_each_other(texts, sizes, times)
    classes((1250,) if options.quick else (1250, 2500, 5000, 10_000), times)
    memory(texts, sizes[-1])


if __name__ == "__main__":
    main()
