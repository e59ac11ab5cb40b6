"""What is a whole picture: PNG or lossless WebP, by the standard library alone."""

from io import BytesIO

import pytest
from PIL import Image

from robot.evidence.pictures import kinds, webp


def picture(kind: str, **how: object) -> bytes:
    stream = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(stream, kind, **how)
    return stream.getvalue()


LOSSLESS = picture("WEBP", lossless=True)
WITH_PROFILE = picture("WEBP", lossless=True, icc_profile=b"profile")


@pytest.mark.parametrize("data", [LOSSLESS, WITH_PROFILE])
def test_a_whole_lossless_webp_has_no_fault(data: bytes) -> None:
    assert webp.fault_of(data) is None
    assert kinds.fault_of("shots/001-b-x-before.webp", data) is None
    assert kinds.ending_of(data) == "webp"


def test_a_lossy_webp_is_no_evidence() -> None:
    assert webp.fault_of(picture("WEBP", quality=80)) == "it is a lossy picture"


@pytest.mark.parametrize("data", [LOSSLESS, WITH_PROFILE])
def test_a_webp_cut_anywhere_or_with_bytes_behind_its_end_is_faulty(data: bytes) -> None:
    assert all(webp.fault_of(data[:length]) for length in range(len(data)))
    assert webp.fault_of(data + b"\0") == "something stands behind its end"


def test_a_picture_under_the_ending_of_the_other_kind_is_faulty() -> None:
    assert kinds.fault_of("shots/001-b-x-before.png", LOSSLESS) == "it is not a PNG picture"
    assert kinds.fault_of("shots/001-b-x-before.webp", picture("PNG")) == "it is not a WebP picture"
    with pytest.raises(ValueError, match="neither PNG nor WebP"):
        kinds.ending_of(b"GIF89a")
