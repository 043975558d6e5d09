"""The filters: documents in, JSON lines out. They use the product's own functions and touch no database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.opening import Now, chosen, opened, settings_of, standard_input
from monitor.errors import InputError

if TYPE_CHECKING:
    from monitor.model import Seed
    from monitor.pipeline.ports import Sensing
    from monitor.settings import TopicSettings


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (parse, extract, score):
        app.command()(command)


def parse(
    file: Annotated[Path, typer.Argument(help="A feed document; - for standard input.")],
    url: Annotated[str, typer.Option(help="The address it came from: relative links start there.")] = "",
) -> None:
    """Print a feed document's entries as JSON lines."""
    from dataclasses import asdict

    from monitor.feeds import parse as parse_feed
    from monitor.model import Rejected

    document = parse_feed(content(file), url=url)
    if isinstance(document, Rejected):
        raise InputError(f"{file} is no feed: {document.reason}", advice=document.detail)
    for entry in document.entries:
        _print(asdict(entry))


def extract(
    file: Annotated[Path | None, typer.Argument(help="An HTML page; - for standard input.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read lines {id, url, html} from standard input.")
    ] = False,
    url: Annotated[str, typer.Option(help="The page's address.")] = "",
) -> None:
    """Print what reading a page gives: title, text, date, authors, language."""
    from monitor.articles.extract import extract as extract_page

    if jsonl == (file is not None):
        raise InputError(
            "extract needs a FILE, or --jsonl and lines on standard input", advice="Give one of them."
        )
    if file is not None:
        _print(_page(file.name, extract_page(content(file), url=url)))
        return
    for line in _objects():
        html = str(line.get("html", ""))
        _print(_page(line.get("id"), extract_page(html, url=str(line.get("url", "")))))


def score(
    context: typer.Context,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help="Read lines {id, title, text, published, source, url} from standard input, in time order.",
        ),
    ] = False,
    topic: Annotated[
        str | None, typer.Option("--topic", help="With --jsonl: a topic's id, or any topic file (.toml).")
    ] = None,
    seeds: Annotated[
        Path | None,
        typer.Option(
            "--seeds", help="With --jsonl: a folder of seeds; alone, they are all there is to go by."
        ),
    ] = None,
    sentence: Annotated[
        str, typer.Option("--sentence", help="With --seeds: the topic in one sentence.")
    ] = "",
    embeddings: Annotated[
        Path | None,
        typer.Option("--embeddings", help="With --jsonl: a model folder, see `monitor models`."),
    ] = None,
    headings: Annotated[
        bool,
        typer.Option(
            "--headings", help="With --jsonl: also tell, week by week, which stories share a heading."
        ),
    ] = False,
    now: Now = None,
) -> None:
    """Score what was read; with --jsonl score a stream against a fresh corpus and the seeds."""
    from monitor.cli.show import lines
    from monitor.pipeline.judging import score as step

    if not jsonl:
        if topic or seeds or sentence or embeddings or headings:
            raise InputError(
                "--topic, --seeds, --sentence, --embeddings and --headings go with --jsonl",
                advice="Add --jsonl.",
            )
        with opened(context, now=now) as house:
            report = step.score_articles(house)
        lines(
            [f"{report.scored} articles scored, {report.relevant} on topic, {report.stories} stories touched"]
        )
        return
    from monitor.pipeline.judging.stream import stream, stream_of_weeks

    meant = _meant(context, topic, seeds, sentence)
    scored = stream_of_weeks if headings else stream
    for row in scored(_objects(), *meant, sense=_sense(embeddings)):
        _print(row)


def _meant(
    context: typer.Context, topic: str | None, folder: Path | None, sentence: str
) -> tuple[TopicSettings, tuple[Seed, ...]]:
    """The topic to score for, and its seeds: a file's, a configured one, or just a folder of seeds and a sentence."""
    from monitor.pipeline.judging.learn import read_seeds
    from monitor.settings import TopicSettings, load_topic

    if topic is not None and topic.endswith(".toml"):
        found = load_topic(Path(topic))
    elif topic is not None or folder is None:
        found = chosen(settings_of(context), topic)[0]
    else:
        name = folder.absolute().name or "seeds"
        found = TopicSettings(id="stream", title=name, sentence=sentence or name, seeds=str(folder))
    if sentence and found.id != "stream":
        raise InputError(
            "--sentence goes with --seeds alone", advice="A topic file has a sentence of its own."
        )
    return found, read_seeds(folder or Path(found.seeds))[0]


def _sense(folder: Path | None) -> Sensing | None:
    """What measures meanings: only with --embeddings, so that a stream scores alike wherever it is run."""
    if folder is None:
        return None
    from monitor.encode import opener
    from monitor.pipeline.judging.sense import Sense

    return Sense(opener(folder))


def _page(identity: object, page: Any) -> dict[str, Any]:
    from monitor.model import Rejected

    if isinstance(page, Rejected):
        empty = {"title": "", "text": "", "published": None, "published_is_approximate": False}
        return {"id": identity, **empty, "authors": [], "language": "", "error": page.reason}
    return {
        "id": identity,
        "title": page.title,
        "text": page.text,
        "published": page.published,
        "published_is_approximate": page.published_is_approximate,
        "authors": list(page.authors),
        "language": page.language,
        "error": None,
    }


def _objects() -> Iterator[dict[str, Any]]:
    for number, line in enumerate(standard_input(), start=1):
        try:
            value = json.loads(line)
        except ValueError as error:
            raise InputError(
                f"line {number} is not JSON: {error}", advice="Give one JSON object a line."
            ) from None
        if not isinstance(value, dict):
            raise InputError(f"line {number} is not a JSON object", advice="Give one JSON object a line.")
        yield value


def content(file: Path) -> bytes:
    """What a file holds, or standard input for -. Raises InputError."""
    import sys

    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}", advice="Check the path.") from None


def _print(value: Any) -> None:
    from monitor.cli.show import as_json

    as_json(value)
