"""`monitor topic`: a new topic from a few articles; what is wrong with one; what an edit of its file would change."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.opening import Json, Now, chosen, opened
from monitor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.model.topic_edits import Outlook, Question
    from monitor.pipeline.judging.auditing import Audit
    from monitor.pipeline.judging.beginning import Corpus, Gathered, Outline
    from monitor.pipeline.ports import Context
    from monitor.settings import TopicSettings

app = typer.Typer(help="Topics: begin one, look after one, try an edit.", no_args_is_help=True)
_WORDS = {"yes": True, "y": True, "relevant": True, "no": False, "n": False, "irrelevant": False}
_WORDS_SHOWN = 12  # of a list, those that find most
_SKIPPED = ("", "?", "skip", "s")


@app.command()
def new(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="LINK|FILE...", help="Three to ten articles about the topic."),
    ] = None,
    title: Annotated[str, typer.Option(help="The name of the digest.")] = "",
    sentence: Annotated[str, typer.Option(help="The topic in one sentence.")] = "",
    pasted: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE", help="A pasted text; - for standard input. May be repeated."),
    ] = None,
    topic_id: Annotated[str, typer.Option("--id", help="The topic's id. [default: from the title]")] = "",
    answers: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Answers to the questions; where it is not there, the questions are written into it.",
        ),
    ] = None,
    sides: Annotated[
        str,
        typer.Option(
            help="Numbers of proposed sides, such as 1,3: what holds none of their words is left out."
        ),
    ] = "",
    is_unasked: Annotated[
        bool, typer.Option("--no-questions", help="Write the topic without asking.")
    ] = False,
    now: Now = None,
) -> None:
    """Begin a topic: read the articles, propose its sides, ask about articles near its line, write its file and seeds."""
    from monitor.cli import show
    from monitor.pipeline.judging import beginning, establishing
    from monitor.settings import read_text, topic_of
    from monitor.settings.topicfile import own_folder

    is_watched = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    if is_watched:
        title = title or typer.prompt("Title")
        sentence = sentence or typer.prompt("The topic in one sentence")
        sources = sources or typer.prompt("Links or files, apart by spaces").split()
    with opened(context, now=now) as house:
        own_folder(house.settings)  # before anything is asked
        topic_id = _checked_id(house, topic_id, title)
        gathered = _gathered(house, sources or (), pasted or ())
        outline = beginning.checked(beginning.Outline(title=title, sentence=sentence, seeds=gathered.seeds))
        corpus = beginning.Corpus(beginning.carried(house))
        outlook = corpus.outlook(outline, {})
        show.lines(_told(outlook))
        if is_watched and not sides and outlook.sides:
            sides = typer.prompt(
                "Must an article hold a word of one of these sides? Their numbers, or nothing", default=""
            )
        outline = replace(outline, must=_must(outlook, sides))
        said = _answers(corpus, outline, answers, is_watched=is_watched and not is_unasked)
        if said is None and not is_unasked:
            show.lines([_how_to_answer(answers)])
            raise typer.Exit(0 if answers else 2)
        file = establishing.write_outline(house, topic_id, outline, corpus, said or {})
        topic = topic_of(read_text(file), file, house.settings.root)
        tuning = establishing.judge_topic(house, topic, said or {})
    show.lines([f"learnt from {tuning.answers} answers"] if said else [])
    show.lines([f"wrote {file} and its seeds; `monitor topic check {topic_id}` looks after it"])


@app.command()
def check(
    context: typer.Context,
    topic: Annotated[str | None, typer.Argument(metavar="ID", help="One topic's id. [default: all]")] = None,
    is_whole: Annotated[bool, typer.Option("--all", help="Show every word with its count.")] = False,
    as_json: Json = False,
    now: Now = None,
) -> None:
    """Say what is wrong with a topic's words: those that find nothing, what near misses lack, languages without words, low seeds."""
    from dataclasses import asdict

    from monitor.cli import show
    from monitor.pipeline.judging.auditing import audit_topic

    with opened(context, now=now) as house:
        found = [audit_topic(house, each) for each in chosen(house.settings, topic)]
    if as_json:
        show.as_json([asdict(each) for each in found])
        return
    for each in found:
        show.lines(_audited(each, is_whole=is_whole))


def _audited(audit: Audit, *, is_whole: bool) -> list[str]:
    """What is known of a topic's words, for people."""
    lines = [f"{audit.topic}: {audit.on_topic} of {audit.looked_at} stored articles are on topic"]
    for each in audit.lists:
        found = sorted(each.hits, key=lambda pair: -pair[1])
        told = found if is_whole else found[:_WORDS_SHOWN]
        lines.append(f"  {each.name}: " + ", ".join(f"{word} {count}" for word, count in told))
        if each.idle and not is_whole:
            lines.append(f"    find nothing, {len(each.idle)} of {len(each.hits)}: {', '.join(each.idle)}")
    if audit.near_misses:
        lacking = ", ".join(f"{name} in {count}" for name, count in audit.lacking if count)
        lines.append(f"  {audit.near_misses} near misses; no word of {lacking or 'no side: all hold all'}")
    for lang, feeds, sides in audit.wordless:
        of = f"{feeds} feed" + ("s" if feeds != 1 else "")
        lines.append(
            f"  {of} in {lang}: no words of it for {', '.join(sides)}; add langs = {{ {lang} = [...] }}"
        )
    for title, value in audit.low_seeds:
        lines.append(f"  seed below the line of {audit.line:.2f}: {title} ({value:.2f} by the other seeds)")
    return lines


@app.command()
def preview(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The edited topic file, wherever it lies.")],
    topic: Annotated[
        str | None, typer.Option(help="The topic it is an edit of. [default: by its id, or its name]")
    ] = None,
    limit: Annotated[int, typer.Option("-n", min=0, help="Articles shown of each kind.")] = 20,
    as_json: Json = False,
    now: Now = None,
) -> None:
    """Say what an edited topic file would change: four weeks of stored articles, and the last four issues. Nothing is changed."""
    from dataclasses import asdict

    from monitor.cli import show
    from monitor.pipeline.issuing.previewing import preview_topic
    from monitor.settings import read_text

    with opened(context, now=now) as house:
        in_force, edited = _edit(house, read_text(file), file, topic)
        found = preview_topic(house, in_force, edited)
    if as_json:
        show.as_json(asdict(found))
        return
    show.lines(
        [
            f"{found.looked_at} articles of four weeks: {len(found.came)} in, {len(found.went)} out, {found.same} stay"
        ]
    )
    for mark, moved in (("+", found.came), ("-", found.went)):
        show.lines(
            f"{mark} {each.before:.2f} > {each.after:.2f}  {each.title} ({each.outlet}, {each.published:%d %b})"
            + (", in an issue already: it stays as it is" if each.is_closed else "")
            for each in moved[:limit]
        )
        if len(moved) > limit:
            show.lines([f"{mark} and {len(moved) - limit} more"])
    for issue in found.issues:
        show.lines([f"issue {issue.number}: {len(issue.came)} entries in, {len(issue.went)} out"])
        show.lines(f"  + {headline}" for headline in issue.came)
        show.lines(f"  - {headline}" for headline in issue.went)


def _edit(house: Context, text: str, file: Path, topic: str | None) -> tuple[TopicSettings, TopicSettings]:
    """The topic in force, and the one a text would make of it. Raises InputError where it is no topic's."""
    from monitor.settings import topic_file, topic_of

    settings = house.settings
    given = topic or topic_of(text, file.absolute(), settings.root).id
    in_force = next((each for each in settings.topics if each.id == given), None)
    own = topic_file(settings.config, given)
    if in_force is None or own is None:
        names = ", ".join(each.id for each in settings.topics) or "none"
        raise InputError(
            f"no topic {given!r} is in force", advice=f"Name it with --topic. There are: {names}."
        )
    edited = topic_of(text, own, settings.root)
    return in_force, edited.model_copy(update={"id": in_force.id})


def _checked_id(house: Context, topic_id: str, title: str) -> str:
    """The id of the new topic. Raises InputError for one that is none, or that another has."""
    from monitor.settings import check_id
    from monitor.settings.topicfile import free_id

    taken = [*(each.id for each in house.settings.topics), *(each.id for each in house.settings.broken)]
    if not title.strip():
        raise InputError("the topic has no title", advice='Give it one: --title "...".')
    if not topic_id:
        return free_id(title, taken)
    try:
        check_id(topic_id)
    except ValueError as error:
        raise InputError(f"--id {error}", advice="Leave it out, and it is made from the title.") from None
    if topic_id in taken:
        raise InputError(f"there is a topic {topic_id} already", advice="Choose another id.")
    return topic_id


def _gathered(house: Context, sources: Iterable[str], pasted: Sequence[Path]) -> Gathered:
    """The seeds; what could not be read is told on standard error."""
    from monitor.cli.filters import content
    from monitor.pipeline.judging import beginning

    links = [each for each in sources if "://" in each]
    files = [*(Path(each) for each in sources if "://" not in each), *pasted]
    texts = {str(file): content(file).decode("utf-8", "replace") for file in files}
    gathered = beginning.gather(house, links, texts)
    for seed in gathered.seeds:
        _say(f"read: {seed.title or seed.name} ({len(seed.text.split())} words)")
    for what, why in gathered.refused:
        _say(f"not read: {what}: {why}")
    return gathered


def _told(outlook: Outlook) -> list[str]:
    """What a topic would be, for people."""
    lines = [f"of {outlook.looked_at} stored articles {outlook.on_topic} would be on topic"]
    for number, side in enumerate(outlook.sides, start=1):
        lines += [
            f"side {number}, {side.name}: {', '.join(side.aliases)}",
            f"    {side.brings} articles hold a word of it; of the {outlook.on_topic} on topic it would cut off {side.cuts}",
        ]
    if outlook.companions:
        lines.append(f"goes with the topic, and stands in no seed: {', '.join(outlook.companions)}")
    return lines


def _must(outlook: Outlook, sides: str) -> tuple[str, ...]:
    """The words of the chosen sides. Raises InputError for a number that is none."""
    words: list[str] = []
    for said in sides.replace(",", " ").split():
        if not said.isdecimal() or not 1 <= int(said) <= len(outlook.sides):
            raise InputError(
                f"there is no side {said!r}", advice=f"Sides are numbered from 1 to {len(outlook.sides)}."
            )
        words += outlook.sides[int(said) - 1].aliases
    return tuple(dict.fromkeys(words))


def _answers(
    corpus: Corpus, outline: Outline, file: Path | None, *, is_watched: bool
) -> dict[int, bool] | None:
    """Answers by article id: from a file, or asked for on a terminal; None where somebody has still to give them."""
    said = _read_answers(file) if file is not None and file.exists() else None
    if not is_watched:
        if said is None and file is not None:
            file.write_text(
                "".join(f"{line}\n" for line in _asking(corpus.outlook(outline, {}).questions)), "utf-8"
            )
        return said
    answers = dict(said or {})
    for question in corpus.outlook(outline, answers).questions:
        reply = _reply(question)
        if reply == "stop":
            break
        if reply in _WORDS:
            answers[question.article_id] = _WORDS[reply]
            if file is not None:  # what was answered is not lost
                with file.open("a", encoding="utf-8") as kept:
                    kept.write(f"{reply}\t{question.article_id}\t{_flat(question.title)}\n")
    return answers


def _reply(question: Question) -> str:
    """What somebody says of one article on the terminal."""
    print(f"\n{_flat(question.title)}\n    {question.outlet}, {question.published:%d %b}; {question.url}")  # noqa: T201
    while True:
        said = typer.prompt("On topic? yes, no, skip or stop", default="skip").strip().lower()
        if said in (*_WORDS, *_SKIPPED, "stop"):
            return str(said)


def _asking(questions: Iterable[Question]) -> list[str]:
    return [
        "# Put yes or no in the place of each ?, then run the same command again. What stays ? is not counted.",
        *(f"?\t{each.article_id}\t{_flat(each.title)}\t{each.outlet}\t{each.url}" for each in questions),
    ]


def _read_answers(file: Path) -> dict[int, bool]:
    """Article id -> on topic. Raises InputError with the line that cannot be read."""
    answers = {}
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {file}: {error}", advice="Check the path; it is UTF-8 text.") from None
    for number, line in enumerate(lines, start=1):
        word, _, rest = line.strip().partition("\t")
        if not line.strip() or line.startswith("#") or word.lower() in _SKIPPED:
            continue
        identity = rest.partition("\t")[0].strip()
        if word.lower() not in _WORDS or not identity.isdecimal():
            raise InputError(
                f"{file}, line {number}: cannot read {line[:60]!r}",
                advice="Begin it with yes, no or ?, then a tab and the article's number.",
            )
        answers[int(identity)] = _WORDS[word.lower()]
    return answers


def _how_to_answer(file: Path | None) -> str:
    if file is None:
        return "the topic was not written: answer questions with --answers FILE, or leave them out with --no-questions"
    return f"the topic was not written yet: answer the questions in {file}, then run the same command again"


def _is_terminal(stream: object) -> bool:
    """Whether somebody sits at a stream; one that is closed or missing has nobody."""
    return bool(getattr(stream, "isatty", bool)())


def _flat(text: str) -> str:
    return " ".join(text.split())


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201
