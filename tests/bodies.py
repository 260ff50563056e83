"""Bodies of requests to the Office add-in's server: good, refused, and spoilt at random."""

import json
import random
import string
from typing import Any, Final

SOTP: Final = ["SOTP_VALUE", [[[806], [234], [99]], [[2], [2.3], [19]]]]


def batch(*calls: Any) -> bytes:  # noqa: ANN401 - any JSON
    """The body of some calls."""
    return json.dumps({"v": 1, "calls": calls}).encode()


# A body, the status and the code that it is refused with.
REFUSED: Final = {
    "no JSON": (b"{", 400, "json"),
    "nothing": (b"", 400, "json"),
    "bad UTF-8": (b'{"v":1,"calls":[["AMOUNT",["\xff"]]]}', 400, "json"),
    "half a character": (b'{"v":1,"calls":[["AMOUNT",["\\ud800"]]]}', 400, "json"),
    "NaN": (b'{"v":1,"calls":[["IMPLIED_VALUE",[NaN,2]]]}', 400, "json"),
    "1e999": (b'{"v":1,"calls":[["IMPLIED_VALUE",[1e999,2]]]}', 422, "shape"),
    "another version": (b'{"v":2,"calls":[]}', 400, "version"),
    "too deep": (b'{"v":1,"calls":[["X",[' + b"[" * 5000 + b"]" * 5000 + b"]]]}", 422, "shape"),
    "nesting without an end": (b'{"v":1,"calls":' + b"[" * 100_000, 422, "shape"),
    "another field": (b'{"v":1,"calls":[],"x":1}', 422, "shape"),
    "an object as a cell": (b'{"v":1,"calls":[["X",[{"f":"=1"}]]]}', 422, "shape"),
    "a list": (b"[]", 422, "shape"),
    "2,001 calls": (batch(*[["IMPLIED_VALUE", [1, 2]]] * 2001), 413, "calls"),
    "too large": (b'{"v":1,"calls":[["AMOUNT",["' + b"x" * 4_000_000 + b'"]]]}', 413, "size"),
    "too many results": (
        batch(*[["IMPLIED_VALUE", [[[1]] * 500, [[1] * 500]]]] * 3),
        413,
        "results",
    ),
}


def mutated(bodies: list[bytes], seed: int) -> bytes:
    """A body with some bytes changed, cut out or doubled."""
    chance = random.Random(seed)  # noqa: S311 - a test's own
    body = bytearray(chance.choice(bodies))
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(body))
        kind = chance.randrange(4)
        if kind == 0:
            body[at] = chance.choice(string.printable.encode() + bytes(range(128, 256)))
        elif kind == 1:
            del body[at : at + chance.randrange(1, 20)]
        elif kind == 2:
            body[at:at] = body[at : at + chance.randrange(1, 40)]
        else:
            body[at:at] = chance.choice((b"null", b"[[]]", b"1e999", b"-0", b'"\\ud800"', b'{"e":"#REF!"}', b"9" * 400))
        if not body:
            return b""
    return bytes(body)
