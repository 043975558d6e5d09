"""Dates in many languages and forms; nothing that is not written is filled in, on any day of the year."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.articles.extract import extract
from monitor.feeds import parse
from monitor.text.moments import in_country, is_zoneless, moment


def published(text):
    feed = f"<rss version='2.0'><channel><title>Quay</title><item><title>Ports</title><link>https://quay.example/1</link><pubDate>{text}</pubDate></item></channel></rss>"
    [entry] = parse(feed.encode(), url="https://quay.example/feed").entries
    return f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ср, 14 янв. 2026 09:10:00 +0300", "2026-01-14 06:10"),
        ("jeu., 05 févr. 2026 18:00:00 +0100", "2026-02-05 17:00"),
        ("Lundi, 9 Mars, 2026 - 07:45", "2026-03-09 07:45"),
        ("Do, 15 Okt 2026 10:00:00 MESZ", "2026-10-15 08:00"),
        ("vie, 04 dic 2026 08:00:00 -0300", "2026-12-04 11:00"),
        ("segunda-feira, 2 de fevereiro de 2026", "2026-02-02 00:00"),
        ("3 września 2026 12:30", "2026-09-03 12:30"),
        ("15. října 2026", "2026-10-15 00:00"),
        ("7 травня 2026", "2026-05-07 00:00"),
        ("12 Ağustos 2026 16:20", "2026-08-12 16:20"),
        ("20. lokakuuta 2026", "2026-10-20 00:00"),
        ("2026. július 4.", "2026-07-04 00:00"),
        ("28 Αυγούστου 2026", "2026-08-28 00:00"),
        ("17 Agustus 2026", "2026-08-17 00:00"),
        ("1 يونيو 2026", "2026-06-01 00:00"),
        ("11 mei 2026", "2026-05-11 00:00"),
        ("9 noiembrie 2026", "2026-11-09 00:00"),
    ],
)
def test_month_names_of_many_languages(text, wanted):
    assert published(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-W10-4", "2026-03-05 00:00"),
        ("2026W104", "2026-03-05 00:00"),
        ("2026-064", "2026-03-05 00:00"),
        ("202603051745", "2026-03-05 17:45"),
        ("20260305174509", "2026-03-05 17:45"),
        ("20260305 17:45", "2026-03-05 17:45"),
        ("2026 Mar 5", "2026-03-05 00:00"),
        ("2026年3月5日 晚上9:05", "2026-03-05 21:05"),
        ("2026年3月5日上午9:05", "2026-03-05 09:05"),
        ("2026. 3. 5. 오전 9:30", "2026-03-05 00:30"),
        ("2026-03-05 (Thu) 09:30", "2026-03-05 09:30"),
        ("Thu,05 Mar 2026 09:30:00 GMT", "2026-03-05 09:30"),
        ("Thu, 03/05/2026 - 09:30", "2026-03-05 09:30"),
        ("Thu, 05/03/2026 - 09:30", "2026-03-05 09:30"),
        ("3/5/2026 9:30:00 PM", "2026-03-05 21:30"),
        ("13/5/2026 9:30 PM", "2026-05-13 21:30"),
        ("2026年3月5日 中午11:50", "2026-03-05 11:50"),
        ("2026年3月5日 中午12:20", "2026-03-05 12:20"),
        ("2026年3月5日 中午1:20", "2026-03-05 13:20"),
        ("2026年3月5日 凌晨12:20", "2026-03-05 00:20"),
        ("2026年3月5日 傍晚6点", "2026-03-05 18:00"),
        ("2026年3月5日 晚上12点", "2026-03-06 00:00"),
        ("2026年3月5日 晚上12:20", "2026-03-06 00:20"),
        ("25-03-2026 09:30 +0400", "2026-03-25 05:30"),
        ("Thu, 05 Mar 2026 09:30:00 MEZ", "2026-03-05 08:30"),
    ],
)
def test_forms_of_standards_and_programs(text, wanted):
    assert published(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "2026-Q1",
        "2026-03",
        "2026",
        "March 2026",
        "2026-W10",
        "2026-367",
        "2026-W60-1",
        "03/05/2026",
        "03/05/2026 03:20 PM",
        "3/5/2026 3:20 PM",
        "03/05/2026 3:20 م",
        "3-5-2026 3:20:00 PM",
        "03/05/2026 03:20:00 PM",
        "Mon, 03/05/2026",
        "5 Foo 2026",
        "Spring 2026",
    ],
)
def test_what_is_not_written_is_not_filled_in(text):
    assert published(text) == ""


def test_a_page_in_another_language_gives_its_date():
    prose = "".join(
        "<p>Порт открыт после забастовки, докеры вернулись к работе в понедельник, сообщили власти города.</p>"
        for _ in range(4)
    )
    html = f"<html lang=ru><body><article><h1>Порт открыт</h1><p>14 января 2026</p>{prose}</article></body></html>"
    assert extract(html).published == moment("2026-01-14")


def test_a_korean_half_of_the_day_is_korean_time():
    assert not is_zoneless("2026. 3. 5. 오전 9:30")
    assert is_zoneless("2026年3月5日 上午9:30")


@pytest.mark.parametrize(
    "text",
    ["2025年3月5日 晚上9点", "2025年3月5日 21時", "2025年3月5日 21:05", "2025-03-05 21.05", "5.3.2025 21:05"],
)
def test_a_time_written_in_signs_is_of_the_feeds_country(text):
    assert is_zoneless(text)
    read = moment(text)
    assert in_country(read, text, "CN") == read - timedelta(hours=8)


@pytest.mark.parametrize(
    "text", ["2025年3月5日", "2025. 3. 5.", "05.03.2025", "2025.03.05", "2025-03-05", "5. 3. 2025"]
)
def test_a_date_without_a_time_is_not_moved(text):
    assert not is_zoneless(text)
    assert in_country(moment(text), text, "CN") == moment("2025-03-05")
