"""The key of the DNS swing: read as nsupdate reads it, and never repeated."""

import base64
import traceback

import dns.tsig
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.errors import UsageError
from robot.settings.tsig import ALGORITHMS, Key, key

SECRET = base64.b64encode(b"a secret of the name server").decode()


@pytest.mark.parametrize(
    ("text", "name", "algorithm"),
    [
        (f"support-key:{SECRET}", "support-key", "hmac-sha256"),
        (f" support-key.:{SECRET}\n", "support-key.", "hmac-sha256"),
        (f"HMAC-SHA512:support.example.com:{SECRET}", "support.example.com", "hmac-sha512"),
    ],
)
def test_a_key_is_read_as_nsupdate_reads_it(text: str, name: str, algorithm: str) -> None:
    signing = dns.tsig.Key(name, b"a secret of the name server", algorithm)
    assert key("TSIG", text) == Key("TSIG", name, {signing.name: signing})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SECRET, "^TSIG is not a key; the form is "),
        (f"a:b:c:{SECRET}", "^TSIG is not a key; "),
        (f"hmac-md5:k:{SECRET}", "^TSIG names an algorithm that is none of hmac-sha1, "),
        (f"{SECRET}:k", "^TSIG holds no secret in base64; "),
        (f"{SECRET}:exchanged123", "^TSIG holds a secret of fewer than 16 bytes; "),
        (f":{SECRET}", "^TSIG holds no name of a key; "),
        ("k:", "^TSIG holds no secret in base64; "),
        ("k:s\xe9cret", "^TSIG holds no secret in base64; "),
    ],
)
def test_a_malformed_key_is_refused_by_its_variables_name(text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        key("TSIG", text)


@given(
    st.text(alphabet="ghjqvwzGHJQVWZ0123456789+/=", min_size=12),
    st.sampled_from(["{}", "k:{}", "{}:k", "{}:k:aaaa", "hmac-sha1:{}:"]),
)
def test_no_part_of_a_malformed_key_is_ever_repeated(secret: str, form: str) -> None:
    try:
        shown = repr(key("TSIG", form.format(secret)))
    except UsageError as stop:
        shown = "".join(traceback.format_exception(stop))
    assert secret not in shown


def test_md5_is_not_among_the_algorithms() -> None:
    assert not [name for name in ALGORITHMS if "md5" in name]
