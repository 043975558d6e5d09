"""Where the configuration lies, where relative paths start, and the files shipped with the program.

In: what the user said (argument, environment, working directory). Out: paths. `write_defaults` is the only writer.
The shipped folders are `config/`, `seeds/` and `templates/` at the top of a checkout, and `monitor/_data/` in a wheel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from monitor.errors import SettingsError
from monitor.settings.environment import variable
from monitor.settings.sections import Origin

MAIN = "monitor.toml"
FEEDS = "feeds.toml"
MODELS = "models.toml"
CHANNELS = "channels.toml"
TOPICS = "topics"

_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the configuration was found; both paths absolute."""

    main: Path  # monitor.toml, which need not exist
    root: Path  # what relative paths start from
    origin: Origin = "asked"

    @property
    def folder(self) -> Path:
        """The folder with monitor.toml, feeds.toml and topics/."""
        return self.main.parent


def shipped(name: str) -> Path:
    """The shipped folder `name` (config | seeds | templates): inside an installed wheel, else at the top of the checkout."""
    inside = _PACKAGE / "_data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def is_installed(path: Path) -> bool:
    """Whether `path` lies inside the installed package, where an update replaces it and nothing of the user's belongs."""
    return path.resolve().is_relative_to(_PACKAGE.resolve())


def find(config: Path | None) -> Place:
    """The configuration: `config`, else MONITOR_CONFIG, else config/ in the working directory, else the shipped defaults.

    `config` is a folder or a file in it. Raises SettingsError when a named one does not exist.
    """
    if config is not None:
        return _named(config, "--config")
    local = Path("config").absolute()
    if variable("MONITOR_CONFIG"):
        place = _named(Path(variable("MONITOR_CONFIG")), "MONITOR_CONFIG")
        return place if place.folder == local else replace(place, origin="environment")
    if any(_exists(local / name) for name in (MAIN, FEEDS, TOPICS)):
        return Place(main=local / MAIN, root=local.parent)
    return _shipped_place()


def _named(path: Path, origin: str) -> Place:
    path = expanded(path).absolute()
    if not _exists(path):
        raise SettingsError(
            f"the configuration {path} (from {origin}) does not exist",
            file=str(path),
            advice=f"Correct {origin}, or run `monitor init` to write a configuration into a new folder.",
        )
    main = path / MAIN if path.is_dir() else path
    return Place(main=main, root=main.parent.parent if main.parent.name == "config" else main.parent)


def _shipped_place() -> Place:
    # Data of somebody who stands elsewhere belong neither into an installed package nor into a checkout.
    return Place(main=shipped("config") / MAIN, root=Path.cwd(), origin="shipped")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # no rights on a folder above it, a name too long
        raise SettingsError(
            f"cannot be read: {error.strerror}",
            file=str(path),
            advice="The user who runs monitor must be able to read the configuration.",
        ) from None


def expanded(path: Path) -> Path:
    """`path` with a leading `~` replaced by the home folder. Raises SettingsError when that is unknown."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise SettingsError(f"no home folder is known for {path}", advice="Write the path in full.") from None


def write_defaults(folder: Path) -> tuple[Path, ...]:
    """Copy the shipped config/ and seeds/ into `folder`; the paths written. Whatever exists there stays as it is.

    Raises SettingsError when a file cannot be written.
    """
    copies = [
        (source, folder / name / source.relative_to(shipped(name)))
        for name in ("config", "seeds")
        for source in _files(shipped(name))
    ]
    return tuple(target for source, target in copies if _copied(source, target))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _copied(source: Path, target: Path) -> bool:
    """Whether `target` was written. By a neighbour and a rename: a killed `init` leaves no half file to be kept next time."""
    if target.exists() or target.is_symlink():
        return False
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(source.read_bytes())
        part.replace(target)
    except OSError as error:
        raise SettingsError(
            f"cannot write {target}: {error.strerror}",
            file=str(target),
            advice="Choose a folder you may write to.",
        ) from error
    return True
