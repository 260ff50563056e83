"""Recognises the encoding of a text from all its bytes."""

import codecs
import re
from collections.abc import Iterator
from typing import Final

from workbooks.peer_import.records import TableError
from workbooks.peer_import.vocabulary import key, plain, words

_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_REGIONAL: Final = {"gb18030": "GBK", "big5": "Big5", "cp932": "Shift-JIS", "cp949": "EUC-KR", "cp1252": "Windows-1252"}
_WIDE: Final = (
    "utf-16-le",
    "utf-16-be",
)  # in these encodings, the NUL bytes of ASCII characters are at odd, or at even, positions
_SAMPLE: Final = 100_000  # number of bytes compared between encodings
_EVIDENT: Final = 0.03  # difference in the score for disorder that decides between encodings
_PART: Final = re.compile(r"[^,;|\t\n\r\"]{1,60}")


def decoded(data: bytes, file: str, wished: str = "") -> str:
    """Decode bytes to text.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for messages.
    wished : str
        The encoding that the user named, "" for none.

    Raises
    ------
    TableError
        If the bytes are not text in any known encoding, or several encodings fit equally well.
    """
    if wished:
        return _in(data, file, wished)
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "")
    if marked:
        return _in(data, file, marked)
    if b"\0" in data[:_SAMPLE]:
        return _in(data, file, _wide(data, file))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _in(data, file, _regional(data, file))


def _in(data: bytes, file: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"{file} is no {encoding} text: byte {error.start + 1:,} does not fit; name it with --encoding"
        raise TableError(message) from None
    except LookupError:
        message = f"--encoding {encoding}: no encoding of this name is known; expected one such as utf-8, gbk or big5"
        raise TableError(message) from None


def _wide(data: bytes, file: str) -> str:
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or min(even, odd) > max(even, odd) / 10:
        message = f"{file} holds binary data, no text: export it as .xlsx or .csv"
        raise TableError(message)
    return _WIDE[even > odd]


def _regional(data: bytes, file: str) -> str:
    """The regional encoding whose text has the most known words and, among equals, the lowest disorder."""
    import charset_normalizer  # noqa: PLC0415 - only a text that is not UTF-8 waits for it

    fitting = [encoding for encoding in _REGIONAL if _fits(data, encoding)]
    sample = _telling(data)
    disorder = (
        {
            match.encoding: match.chaos
            for match in charset_normalizer.from_bytes(
                sample, cp_isolation=fitting, threshold=0.9, preemptive_behaviour=False
            )
        }
        if fitting
        else {}
    )
    ranked = sorted(
        (-_known(sample.decode(encoding, "replace")), disorder.get(encoding, 1.0), encoding) for encoding in fitting
    )
    if not ranked:
        message = f"{file} is neither UTF-8 nor GB 18030, Big5, Shift-JIS or EUC-KR: name its encoding with --encoding"
        raise TableError(message)
    first, *others = ranked
    if others and others[0][0] == first[0] and others[0][1] - first[1] < _EVIDENT:
        names = f"{_REGIONAL[first[2]]} or {_REGIONAL[others[0][2]]}"
        message = f"{file} may be {names}: say which with --encoding, as in --encoding {_REGIONAL[first[2]].lower()}"
        raise TableError(message)
    return first[2]


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _telling(data: bytes) -> bytes:
    """Lines with bytes outside ASCII, up to a limit."""
    lines, size = [], 0
    for line in data.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > _SAMPLE:
                break
    return b"".join(lines)


def _known(text: str) -> int:
    """Number of cells that are known words of data exports, except ASCII words."""
    return sum(any(word in known for known in _vocabularies()) for word in _cells(text))


def _cells(text: str) -> Iterator[str]:
    for found in _PART.finditer(text[:_SAMPLE]):
        bare = re.sub(r"\(.*?\)|（.*?）|\[.*?\]", "", found[0])
        if not bare.isascii():
            yield key(plain(bare))


def _vocabularies() -> tuple[dict[str, str], ...]:
    return words("fields"), words("elsewhere"), words("statistics")
