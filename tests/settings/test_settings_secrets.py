"""Secrets come by variable or by file, and do not show themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import SettingsError
from monitor.settings import Secret, secret, variable


def test_a_secret_is_nothing_when_it_is_not_set(home):
    assert secret("MONITOR_X") == ""


def test_an_empty_variable_is_not_set(home, monkeypatch):
    monkeypatch.setenv("MONITOR_X", "")
    monkeypatch.setenv("MONITOR_X_FILE", "")
    assert secret("MONITOR_X") == ""


def test_a_secret_may_stand_in_the_environment(home, monkeypatch):
    monkeypatch.setenv("MONITOR_X", "hunter2\n")
    assert secret("MONITOR_X") == "hunter2\n"


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"hunter2", "hunter2"),
        (b"hunter2\n", "hunter2"),
        (b"hunter2\r\n", "hunter2"),
        (b"hunter2 \t\r\n\r\n", "hunter2"),
        (b"\xef\xbb\xbfhunter2\r\n", "hunter2"),
        (b" correct horse\n", " correct horse"),
        ("pä".encode(), "pä"),
        (
            b"-----BEGIN RSA KEY-----\r\nabc\r\n-----END RSA KEY-----\r\n",
            "-----BEGIN RSA KEY-----\r\nabc\r\n-----END RSA KEY-----",
        ),
    ],
)
def test_a_secret_may_stand_in_a_file_and_what_an_editor_adds_is_dropped(
    home, monkeypatch, tmp_path, content, value
):
    (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv("MONITOR_X_FILE", str(tmp_path / "secret"))
    assert secret("MONITOR_X") == value


def test_a_secret_in_both_places_is_a_fault(home, monkeypatch, tmp_path):
    monkeypatch.setenv("MONITOR_X", "hunter2")
    monkeypatch.setenv("MONITOR_X_FILE", str(tmp_path / "secret"))
    with pytest.raises(SettingsError, match="MONITOR_X and MONITOR_X_FILE are both set") as caught:
        secret("MONITOR_X")
    assert "hunter2" not in str(caught.value)


def test_a_missing_secret_file_is_a_fault(home, monkeypatch):
    monkeypatch.setenv("MONITOR_X_FILE", "/nowhere/secret")
    with pytest.raises(
        SettingsError, match="MONITOR_X_FILE names /nowhere/secret, which cannot be read: No such file"
    ) as caught:
        secret("MONITOR_X")
    assert caught.value.key == "MONITOR_X_FILE"


def test_a_folder_is_no_secret_file(home, monkeypatch, tmp_path):
    monkeypatch.setenv("MONITOR_X_FILE", str(tmp_path))
    with pytest.raises(SettingsError, match="Is a directory"):
        secret("MONITOR_X")


def test_a_secret_file_that_is_no_text_is_a_fault_that_does_not_show_it(home, monkeypatch, tmp_path):
    (tmp_path / "secret").write_bytes(b"hunter2\xff")
    monkeypatch.setenv("MONITOR_X_FILE", str(tmp_path / "secret"))
    with pytest.raises(SettingsError, match="not UTF-8") as caught:
        secret("MONITOR_X")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\n", "is empty"),
        (b"hunter2\nhunter3\n", "holds 2 lines"),
        (b"\nhunter2\n", "holds 2 lines"),
        (b"hunter2\x00\n", "holds a control character"),
        ("hunter2".encode("utf-16"), "is UTF-16: save it as UTF-8"),
    ],
)
def test_a_secret_file_that_holds_no_secret_is_a_fault_that_says_why_and_not_what(
    home, monkeypatch, tmp_path, content, why
):
    (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv("MONITOR_X_FILE", str(tmp_path / "secret"))
    with pytest.raises(SettingsError, match=f"which {why}") as caught:
        secret("MONITOR_X")
    assert "hunter" not in str(caught.value)
    assert "correct MONITOR_X_FILE" in caught.value.advice


@given(
    value=st.text(min_size=1, max_size=40).filter(
        lambda text: text == text.rstrip() and len(text.splitlines()) == 1 and text.isprintable()
    ),
    bom=st.sampled_from([b"", b"\xef\xbb\xbf"]),
    end=st.text(alphabet=" \t\r\n", max_size=5),
)
def test_whatever_an_editor_puts_around_a_secret_it_is_the_same(value, bom, end):
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        file = Path(folder) / "secret"
        file.write_bytes(bom + (value + end).encode())
        patch.delenv("MONITOR_X", raising=False)
        patch.setenv("MONITOR_X_FILE", str(file))
        assert secret("MONITOR_X") == value


def test_a_secret_is_a_string_that_hides_in_every_repr(home, monkeypatch):
    @dataclass
    class Account:
        password: str

    monkeypatch.setenv("MONITOR_X", "hunter2")
    value = secret("MONITOR_X")
    assert isinstance(value, Secret)
    assert value + "" == "hunter2"
    assert "hunter2" not in repr(value) + repr(Account(value)) + repr([value]) + f"{value!r}"
    assert repr(Secret("")) == "Secret('')"


def test_a_variable_is_nothing_when_it_is_not_set(home):
    assert variable("MONITOR_X") == ""
