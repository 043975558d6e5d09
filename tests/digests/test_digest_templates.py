"""Templates of one's own, and the shipped ones."""

import pytest

from monitor.digests.render import _SHIPPED, render
from monitor.errors import SettingsError
from tests.digests.samples import digest

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
