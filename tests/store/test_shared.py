"""What is kept of a message gives the same bytes again, whatever they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.store.shared import difference, whole

LINES = st.lists(
    st.sampled_from([b"a\r\n", b"b\n", b"\n", b"\r", b"c", b"\x00\xff\n", b"a\r\n" * 3]), max_size=30
)
TEXTS = LINES.map(b"".join) | st.binary(max_size=300)


@given(TEXTS, TEXTS)
def test_a_message_comes_back_byte_for_byte(shared, message):
    assert whole(shared, difference(shared, message)) == message


@given(TEXTS, TEXTS, st.binary(max_size=50))
def test_damage_is_an_error_or_another_message_and_never_a_crash(shared, message, junk):
    for own in (junk, difference(shared, message)[:-3], junk + difference(shared, message)):
        try:
            whole(shared, own)
        except ValueError as error:
            assert "damaged" in str(error)  # noqa: PT017 - either way is right


def test_a_line_of_ones_own_costs_a_line():
    shared = b"".join(b"line %d of an issue, for everybody\r\n" % n for n in range(2000))
    personal = shared.replace(b"line 7 ", b"To: ann@example.org ").replace(b"line 1999 ", b"bye ann ")
    assert len(difference(shared, personal)) < 200


def test_a_difference_from_another_message_is_refused():
    with pytest.raises(ValueError, match="another issue"):
        whole(b"", difference(b"a\nb\n", b"a\nb\n"))
