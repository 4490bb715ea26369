"""Pseudonyms: the same person the same name, nobody without the key, no real study without one."""

import hashlib
import hmac
import os
from types import SimpleNamespace

import pytest

from hubanalysis.errors import DataError
from hubanalysis.privacy.pseudonyms import DEMONSTRATION_KEY, key_file, key_for, pseudonym

KEY = "0f" * 8 + "A9b3c7d1e5f60718"


def a_study(key="local", simulated=False, name="a-study"):
    model = SimpleNamespace(id=name, simulated=simulated, privacy=SimpleNamespace(key=key))
    return SimpleNamespace(model=model)


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("HUBANALYSIS_KEY", raising=False)
    return tmp_path


def write_key(text=KEY, mode=0o600):
    file = key_file("a-study")
    file.parent.mkdir(parents=True)
    file.write_text(text + "\n")
    file.chmod(mode)
    return file


def test_a_pseudonym_is_the_hmac_of_kind_and_text_in_ten_characters():
    digest = hmac.new(b"key", b"person\x1fab12", hashlib.sha256).digest()
    bits = format(int.from_bytes(digest[:5], "big"), "040b")
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    expected = "p-" + "".join(alphabet[int(bits[i : i + 5], 2)] for i in range(0, 40, 5))
    assert pseudonym(b"key", "person", "ab12") == expected
    assert len(expected) == 10


def test_a_pseudonym_depends_on_key_kind_and_text_and_not_on_blanks_or_composition():
    same = {pseudonym(b"key", "person", t) for t in ("Niccolò", " Niccolò ", "Niccolo\u0300")}
    assert len(same) == 1
    others = {
        pseudonym(b"key", "person", "Niccolo"),
        pseudonym(b"other", "person", "Niccolò"),
        pseudonym(b"key", "patient", "Niccolò"),
    }
    assert len(others | same) == 4


def test_a_simulated_study_uses_the_published_key(config):
    assert key_for(a_study("demonstration", simulated=True)) == DEMONSTRATION_KEY


def test_a_real_study_may_not_use_the_published_key(config):
    with pytest.raises(DataError, match="published"):
        key_for(a_study("demonstration", simulated=False))


def test_a_real_study_without_key_is_refused_with_the_way_to_make_one(config):
    with pytest.raises(DataError) as caught:
        key_for(a_study())
    assert "no key" in str(caught.value) and str(key_file("a-study")) in str(caught.value)


def test_the_key_comes_from_the_environment_or_from_its_file(config, monkeypatch):
    write_key()
    assert key_for(a_study()) == KEY.encode()
    monkeypatch.setenv("HUBANALYSIS_KEY", KEY[::-1])
    assert key_for(a_study()) == KEY[::-1].encode()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are a matter of POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660])
def test_a_key_that_others_can_read_is_refused_with_the_mend(config, mode):
    write_key(mode=mode)
    with pytest.raises(DataError, match="chmod 600"):
        key_for(a_study())


@pytest.mark.parametrize("key", ["short", "a" * 64, " " * 40])
def test_a_key_that_is_easy_to_guess_is_refused(config, monkeypatch, key):
    monkeypatch.setenv("HUBANALYSIS_KEY", key)
    with pytest.raises(DataError, match="easy to guess"):
        key_for(a_study())


def test_no_message_holds_the_key(config, monkeypatch):
    monkeypatch.setenv("HUBANALYSIS_KEY", "secret-secret")
    with pytest.raises(DataError) as caught:
        key_for(a_study())
    assert "secret-secret" not in str(caught.value)
