"""Secrets come by variable or by file, and do not show themselves."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

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
        (b" x \n\n", " x \n"),
        ("pä".encode(), "pä"),
    ],
)
def test_a_secret_may_stand_in_a_file_and_one_newline_is_dropped(home, monkeypatch, tmp_path, content, value):
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
