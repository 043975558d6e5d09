"""Templates of one's own, and the shipped ones."""

import re
from dataclasses import replace
from pathlib import Path

import jinja2
import pytest

from monitor.digests.render import _SHIPPED, render
from monitor.errors import SettingsError
from tests.digests.samples import digest

ROOT = Path(__file__).parents[2]
ISSUE = digest()
RENDERED = render(ISSUE)


def test_a_folder_of_own_templates_wins_and_the_rest_is_shipped(tmp_path):
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / "body.txt").write_text("Only {{ page.title }}\n")
    rendered = render(digest(), templates=tmp_path)
    assert rendered.text == "Only US–China trade\n"
    assert rendered.html == RENDERED.html


@pytest.mark.parametrize(
    ("name", "template"),
    [
        ("body.txt", "a\n{{ page.nonsense }}"),
        ("body.txt", "{% if %}"),
        ("body.html", "{{ nothing }}"),
        ("subject.txt", "{% include 'x' %}"),
    ],
)
def test_a_broken_own_template_is_named(tmp_path, name, template):
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / name).write_text(template)
    with pytest.raises(SettingsError, match=f"digest/{name}"):
        render(digest(), templates=tmp_path)


def test_an_own_subject_is_one_short_line(tmp_path):
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / "subject.txt").write_text("{{ page.title }}\nBcc: x@example.org\n" + "y " * 60)
    subject = render(digest(), templates=tmp_path).subject
    assert subject.startswith("US–China trade Bcc: x@example.org y")
    assert "\n" not in subject
    assert len(subject) <= 70


def test_the_templates_ship_where_an_installed_package_looks():
    assert _SHIPPED[0].parts[-2:] == ("_data", "templates")
    assert (_SHIPPED[1] / "digest" / "body.html").is_file()


HOSTILE = "<script>alert(1)</script>"
UNESCAPING = re.compile(r"\|\s*safe\b|autoescape(?!=True)|Markup")


def test_own_html_is_escaped_whatever_it_holds(tmp_path):
    folder = tmp_path / "digest"
    folder.mkdir()
    (folder / "body.html").write_text("{{ page.title }}{% for s in page.top %}{{ s.headline }}{% endfor %}")
    html = render(replace(digest(), title=HOSTILE), templates=tmp_path).html
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_nothing_switches_escaping_off():
    files = [*(ROOT / "templates").rglob("*.*"), *(ROOT / "monitor").rglob("*.py")]
    found = {
        file.relative_to(ROOT).as_posix() for file in files if UNESCAPING.search(file.read_text("utf-8"))
    }
    assert len(files) > 100
    assert found == {
        "monitor/digests/render.py"
    }  # where it is switched on, by kind and not by a file's ending


def test_the_control_by_its_ending_a_template_would_go_unescaped():
    assert not jinja2.select_autoescape()("body.html.j2")
    assert "<script" in jinja2.Environment(autoescape=False).from_string("{{ a }}").render(a=HOSTILE)  # noqa: S701 - the control
