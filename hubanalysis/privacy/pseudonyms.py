"""Keyed pseudonyms: the same person keeps the same name in every table, and nobody without the key finds
out who it is.

An unkeyed hash protects nobody: all birth dates and initials there are can be hashed in a fraction of a
second. So the pseudonym is an HMAC (RFC 2104), and its key never stands in the repository.
"""

from __future__ import annotations

import hmac
import os
import re
import stat
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from hubanalysis.errors import DataError, Problem

if TYPE_CHECKING:
    from hubanalysis.study import Study

__all__ = ["DEMONSTRATION_KEY", "key_file", "key_for", "pseudonym"]

#: Published on purpose, for simulated studies alone: it protects nobody, and there is nobody to protect.
DEMONSTRATION_KEY = b"hubanalysis demonstration key: published, protects nobody"

KEY_VARIABLE = "HUBANALYSIS_KEY"
LEAST_KEY = 32
#: Digits and letters without those that are taken for one another (i l o u), as in Crockford's base 32.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def pseudonym(key: bytes, kind: str, text: str) -> str:
    """The pseudonym of ``text``, ten characters such as ``p-7k3d9x2m``; the first letter is the kind's.

    HMAC-SHA256 of kind and text (NFC, without blanks at its ends), its first 40 bits in base 32. Two of n
    persons share a pseudonym with a probability of about n^2 / 2.2e12: three in a hundred million for 250.

    >>> pseudonym(DEMONSTRATION_KEY, "person", "a") == pseudonym(DEMONSTRATION_KEY, "person", " a ")
    True
    """
    text = unicodedata.normalize("NFC", str(text)).strip()
    digest = hmac.digest(key, f"{kind}\x1f{text}".encode(), "sha256")
    bits = int.from_bytes(digest[:5], "big")
    return f"{kind[0].lower()}-" + "".join(_ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))


def key_file(study_id: str) -> Path:
    """Where the key of a study stands when it is not in the environment: outside every repository."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "hubanalysis" / f"{study_id}.key"


def key_for(study: Study) -> bytes:
    """The key of ``study``: from the environment (HUBANALYSIS_KEY), else from its key file.

    A simulated study that says ``key: demonstration`` uses the published key. Raises DataError, with how to
    mend it, where a real study has no key, or one that others could read or guess.
    """
    model = study.model
    if model.privacy.key == "demonstration":
        if model.simulated:
            return DEMONSTRATION_KEY
        raise _refused(
            "the demonstration key is published and protects nobody",
            "write `key: local` under `privacy` in study.yaml",
        )
    file = key_file(model.id)
    how = f"make one, once, and keep a copy safe: (umask 077; mkdir -p {file.parent}; openssl rand -hex 32 > {file})"
    text = os.environ.get(KEY_VARIABLE)
    if text is None:
        if not file.is_file():
            raise _refused("there is no key for the pseudonyms of this study", how)
        mode = stat.S_IMODE(file.stat().st_mode)
        if os.name == "posix" and mode & 0o077:
            raise _refused(f"the key can be read by others (mode {mode:o})", f"chmod 600 {file}")
        text = file.read_text(encoding="utf-8")
    text = re.sub(r"\s+$", "", text)
    if len(text) < LEAST_KEY or len(set(text)) < 8:
        raise _refused(f"the key is too easy to guess (it needs {LEAST_KEY} characters)", how)
    return text.encode("utf-8")


def _refused(what: str, fix: str) -> DataError:
    return DataError("The persons of this study cannot be protected.", [Problem(what=what, fix=fix)])
