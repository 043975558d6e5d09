"""A machine whose clock is days ahead, for every process of a command, the workers with their empty environment too."""

from __future__ import annotations

import site
import venv

SHIFTED = '''\
"""Shifts the clock of this process."""
import datetime
import time

days = DAYS
by = datetime.timedelta(days=days)
real = datetime.datetime
seconds, tuples, locals_ = time.time, time.gmtime, time.localtime


class Kind(type):
    def __instancecheck__(cls, value):
        return isinstance(value, real)


class Shifted(real, metaclass=Kind):
    @classmethod
    def now(cls, tz=None):
        return real.now(tz) + by

    @classmethod
    def utcnow(cls):
        return real.utcnow() + by

    @classmethod
    def today(cls):
        return real.today() + by


Shifted.__name__ = Shifted.__qualname__ = "datetime"
Shifted.__module__ = "datetime"
if days:
    datetime.datetime = Shifted
    time.time = lambda: seconds() + days * 86400
    time.gmtime = lambda at=None: tuples(time.time() if at is None else at)
    time.localtime = lambda at=None: locals_(time.time() if at is None else at)
'''


def python(folder, days):
    """An interpreter, with all that is installed, whose clock is `days` ahead; made in `folder`."""
    venv.create(folder, with_pip=False, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "sitecustomize.py").write_text(SHIFTED.replace("DAYS", str(days)), "utf-8")
    installed = "".join(f"import site; site.addsitedir({place!r})\n" for place in site.getsitepackages())
    (packages / "installed.pth").write_text(installed, "utf-8")
    return folder / "bin" / "python"
