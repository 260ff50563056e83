"""What must hold in a case: every kind of mistake is named with its place and what was expected."""

import copy
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company_cases import HEAD, example, problems_of, valued
from workbooks.case.checks import read
from workbooks.case.reading import CaseError, parse
from workbooks.case.shape import frozen
from workbooks.case.tables import with_tables

HERE = Path(__file__).parent
CASE = (HERE / "acme.toml").read_text(encoding="utf-8")
MISTAKES = tomllib.loads((HERE / "mistakes.toml").read_text(encoding="utf-8"))["mistakes"]
JARGON = re.compile(r"(?i)input should|pydantic|valid (string|number)|tuple|dict|NoneType|datetime")
FIGURE = CASE[CASE.index("revenue = {") : CASE.index("revenue_2019")]


# Cases that have, between them, every section, and one whose peers stand in a table beside it.
WHOLE = (
    HERE / "acme.toml",
    *sorted((HERE / "examples").glob("*.toml")),
    *sorted((HERE.parents[1] / "workbooks" / "cases").glob("*.toml")),
)


def changed(*replacements: tuple[str, str]) -> str:
    text = CASE
    for old, new in replacements:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the case"
        text = text.replace(old, new)
    return text


def problems(text: str) -> list[str]:
    with pytest.raises(CaseError) as caught:
        parse(text, "acme.toml")
    lines = str(caught.value).splitlines()
    assert all(line.startswith("acme.toml: ") for line in lines)
    assert not JARGON.search(str(caught.value))
    return [line.removeprefix("acme.toml: ") for line in lines]


def test_the_case_that_all_mistakes_are_made_in_is_right() -> None:
    case = parse(CASE, "acme.toml")
    assert case.figures["revenue"].value == 100.0
    assert case.scenarios is not None
    assert case.scenarios.cases[1].mix == ()
    assert [*case.figures][:3] == ["fx", "revenue", "revenue_2019"]  # the order of the file


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["told"][:60])
def test_every_mistake_is_named_with_its_place(mistake: dict[str, str]) -> None:
    found = problems(changed((mistake["old"], mistake["new"])))
    assert any(mistake["told"] in line for line in found), found


def test_all_mistakes_are_listed_at_once() -> None:
    found = problems(
        changed(
            ('value = 100, unit = "CNY m"', 'value = "100"'),
            ("selected = 2", "selected = 3\nchosen = 1"),
            ('metric = "revenue"', 'metric = "revnue"'),
            ('fx = "fx"', 'fx = "ps"'),
        )
    )
    # What only fits together when the shape of its table is right (selected) waits for that.
    assert [line.split(": ")[0] for line in found] == [
        "figures.revenue.value",
        "figures.revenue.unit",
        "scenarios.chosen",
        "company.fx",
        "segments.parts[1].metric (All)",
    ]


def test_long_texts_are_refused_and_not_repeated() -> None:
    (only,) = problems(changed(('label = "Revenue"', f'label = "{"a" * 501}"')))
    assert only == f"figures.revenue.label: '{'a' * 58}…: expected at most 500 characters"


def test_a_section_that_is_not_there_has_no_results() -> None:
    text = CASE[: CASE.index("[segments]")] + CASE[CASE.index("[users]") :]
    expected = "reconciliation[3].result (round): 'segments.equity_reporting': this case has no [segments]"
    assert problems(text) == [expected]


def test_a_line_may_refer_to_lines_above_only() -> None:
    first, second = re.findall(
        r"\[\[reconciliation\]\]\npublished = \"(?:growth|revenue)\".*?(?=\n\n)", CASE, re.DOTALL
    )
    swapped = CASE.replace(first, "@").replace(second, first).replace("@", second)
    (only,) = problems(swapped)
    assert only.startswith("reconciliation[1].arguments.growth (revenue): 'recomputed.growth' is neither")


def test_a_text_argument_stands_for_itself() -> None:
    text = CASE + (
        '\n[[reconciliation]]\npublished = "revenue_2019"\nmethod = "convert_amount"\n'
        'arguments = { value = "round", from_unit = "USD", to_unit = "CNY", fx = "fx" }\n'
    )
    assert parse(text, "acme.toml").reconciliation[-1].arguments["to_unit"] == "CNY"


@pytest.mark.parametrize("word", ["=1+1", "+A", "-A", "@A", "'A", "小米 🍚"])
def test_any_text_is_a_name(word: str) -> None:
    case = parse(changed(('name = "Peer Two"', f'name = "{word}"')), "acme.toml")
    assert case.comparables is not None
    assert case.comparables.peers[1].name == word


def test_a_figure_that_nothing_uses_is_kept() -> None:
    text = changed((FIGURE, FIGURE + FIGURE.replace("revenue =", "portfolio =")))
    assert "portfolio" in parse(text, "acme.toml").figures


def test_a_negative_multiple_of_a_peer_is_a_loss_and_no_mistake() -> None:
    loss = 'pe = { label = "P/E", value = -8, unit = "×", as_of = "2020", source = "report" }'
    text = changed((FIGURE, f"{FIGURE}{loss}\n"), ('ps = "ps"\n\n[segments]', 'pe = "pe"\n\n[segments]'))
    assert parse(text, "acme.toml").figures["pe"].value == -8


def test_an_empty_file_lacks_everything_at_once() -> None:
    told = [problem.split(": ")[:2] for problem in problems("")]
    assert told == [[key, "is missing"] for key in ("title", "company", "sources", "figures")]


WORDS = st.sampled_from(
    ["revenue", "", "×", 0, 1, -1, 0.5, 1e300, True, [], ["most"], [0, "x"], {}, {"a": 1}, {"value": 1}, "gross.a", "?"]
)


@given(st.data())
def test_every_broken_case_gives_readable_messages(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(WHOLE))
    raw: Any = tomllib.loads(file.read_text(encoding="utf-8"))
    for _ in range(data.draw(st.integers(1, 4))):
        here = raw
        while True:
            key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
            if isinstance(here[key], (dict, list)) and here[key] and data.draw(st.integers(0, 5)):
                here = here[key]
                continue
            if isinstance(here, dict) and data.draw(st.booleans()):
                del here[key]
            else:
                here[key] = copy.deepcopy(data.draw(WORDS))  # what is broken again must not stay broken
            break
    whole, unread = with_tables(frozen(raw), file.parent)
    case, found = read(whole)
    assert case is not None or found or unread
    assert all(place and not JARGON.search(message) for place, message in found)


def test_figures_of_a_peer_go_into_their_own_tables_and_keys_are_listed_once() -> None:
    peers = """
[metrics]
"Tangible book" = 5400
[comparables]
multiples = [{ name = "P/TBV", of = "equity", metric = "Tangible book" }]
peers = [
  { name = "A", "P/TBV" = 1.1, "Tangible book" = 900, colour = "red" },
  { name = "B", shape = "round" },
]
"""
    found = problems(HEAD + peers)
    assert found[0] == (
        "comparables.peers[1].'P/TBV' (A): is not a key of this table; it is a multiple of this case: "
        'write multiples = { "P/TBV" = … }'
    )
    assert found[1].endswith('it is a metric of this case: write metrics = { "Tangible book" = … }')
    assert [line for line in found if "its keys are" in line] == [found[2]]
    assert found[2].startswith("comparables.peers[1].colour (A): is not a key of this table; its keys are unit, ")
    assert found[3] == "comparables.peers[2].shape (B): is not a key of this table; did you mean shares?"


WEIGHED = (
    HEAD
    + """
[metrics]
EBITDA = 85
[capital]
net_debt = 0
[comparables]
multiples = [{ name = "EV/EBITDA", of = "enterprise", metric = "EBITDA" }]
peers = [{ name = "A", multiples = { "EV/EBITDA" = 8 } }]
[transactions]
multiples = [{ name = "EV/EBITDA", of = "enterprise", metric = "EBITDA" }]
deals = [{ name = "B", buyer = "C", date = 2024-01-01, multiples = { "EV/EBITDA" = 10 } }]
[conclusion]
"""
)


def test_a_method_named_as_it_is_shown_is_told_its_name() -> None:
    found = problems(WEIGHED + 'weights = { "Peers, EV/EBITDA" = 0.5, "Transactions, EV/EBITDA" = 0.5 }')
    assert [line.split(": ", 1)[1].split(";")[1] for line in found] == [
        " write 'EV/EBITDA'",
        " write 'EV/EBITDA, transactions'",
    ]
    assert all(line.endswith("expected one of 'EV/EBITDA', 'EV/EBITDA, transactions'") for line in found)


def test_weights_may_be_per_cent() -> None:
    found = valued(parse(WEIGHED + 'weights = { "EV/EBITDA" = "25%", "EV/EBITDA, transactions" = "75%" }', "acme.toml"))
    assert found["conclusion"]["equity"]["base"] == pytest.approx(85e6 * (0.25 * 8 + 0.75 * 10))


@pytest.mark.parametrize(
    ("name", "section", "field", "key"),
    [("nav", "segments", "parts", "name"), ("comps", "comparables", "multiples", "of")],
)
def test_items_that_are_all_wrong_are_not_also_too_few(name: str, section: str, field: str, key: str) -> None:
    """A list was "expected at least 1" too, after what is wrong with each of its items."""
    raw = example(name)
    for item in raw[section][field]:
        del item[key]
    told = problems_of(raw)
    assert told.count(f".{key}") == len(raw[section][field])
    assert "at least 1" not in told
