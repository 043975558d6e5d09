"""monitor: scheduled topic monitoring with a weekly digest that says what is new, and against what."""

__version__ = "0.2.0"
