import dataclasses
import doctest
import re
import sys
from types import ModuleType

import pytest

from contract import CONTRACT
from contract import REQUIRED as NEEDED
from reserved_names import SPREADSHEET_FUNCTIONS, VBA_KEYWORDS
from valuation import about
from valuation.catalogue import CATALOGUE, FUNCTIONS, REQUIRED, Entry, Parameter, entry
from valuation.kernel.errors import ChoiceError
from valuation.kernel.units import Ratio

SHOWN = 255  # characters that Excel's function wizard shows of a text; it cuts the rest without a word
WIZARD = 254  # arguments and characters of their names together: beyond that the wizard breaks
FAMILIES = (
    "multiples blending regression periods bridge sotp users lifetime scenarios implied intrinsic beta returns "
    "ownership funding conversion waterfall quality amounts reconcile sensitivity attribution simulation about"
)

every_entry = pytest.mark.parametrize("function", CATALOGUE.values(), ids=CATALOGUE.keys())
every_parameter = pytest.mark.parametrize(
    ("function", "parameter"),
    [
        pytest.param(function, parameter, id=f"{function.name}-{parameter.name}")
        for function in CATALOGUE.values()
        for parameter in function.parameters
    ],
)


def is_reference(name: str) -> bool:
    """Whether Excel reads a name as a cell: A1 to XFD1048576, or in the R1C1 style."""
    if re.fullmatch(r"(R(\[?-?\d+]?)?)?(C(\[?-?\d+]?)?)?", name):
        return True
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", name)
    if not found:
        return False
    letters, row = found.groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column <= 16384 and 1 <= int(row) <= 1_048_576


# The list


def test_the_contract_holds() -> None:
    assert set(CONTRACT) <= set(CATALOGUE)


@pytest.mark.parametrize("name", CONTRACT)
def test_arguments_and_defaults_are_the_contract_s(name: str) -> None:
    actual = [(p.name, NEEDED if p.required else p.default) for p in CATALOGUE[name].parameters]
    assert actual == CONTRACT[name]
    assert [type(default) is bool for _, default in actual] == [type(default) is bool for _, default in CONTRACT[name]]


def test_families_stand_together_in_their_order() -> None:
    families = list(dict.fromkeys(function.__module__ for function in FUNCTIONS))
    assert families == [f"valuation.{family}" for family in FAMILIES.split()]
    assert [function.__module__ for function in FUNCTIONS] == sorted(
        (function.__module__ for function in FUNCTIONS), key=families.index
    )


# Mutants of catalogue.py that change no result, and so survive:
# - an X among what `subject` strips from the end of a line, on which none ends;
# - another word for "param" where there is one section alone; a parser a docstring, which only takes longer.


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("multiple", "Peer multiples"),  # up to the colon
        ("sotp_value", "Sum of the parts"),
        ("cagr", "Periods"),
        ("foots", "Reconciliation"),
        ("steelyard_version", "Installation"),
    ],
)
def test_a_family_is_about_what_its_module_says_first(name: str, subject: str) -> None:
    assert entry(name).subject == subject


def test_missing_descriptions_are_blank() -> None:
    def silent(rate: Ratio) -> Ratio:
        return rate

    def terse(rate: Ratio) -> Ratio:
        """Give it back.

        Parameters
        ----------
        rate : (...) fraction
        """
        return rate

    assert Entry(silent).summary == ""
    assert Entry(silent).argument_docs == {}
    assert Entry(terse).argument_docs == {"rate": ""}


def test_an_unknown_name_without_a_near_match_is_refused_without_a_suggestion() -> None:
    with pytest.raises(ChoiceError, match=r"^'qqqqqq' is not a function of the catalogue$"):
        entry("qqqqqq")


def test_a_heading_ends_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def function() -> Ratio: ...

    monkeypatch.setitem(sys.modules, "house.shed", ModuleType("house.shed", "What stands in the shed.\n\nTools: saws"))
    function.__module__ = "house.shed"
    assert (Entry(function).family, Entry(function).subject) == ("shed", "What stands in the shed")
    monkeypatch.setitem(sys.modules, "house.shed", ModuleType("house.shed"))
    assert Entry(function).subject == ""


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ChoiceError, match=r"^'SOTP_VALU' is not a function of the catalogue; did you mean: SOTP_VALUE"):
        entry("SOTP_VALU")


def test_an_unknown_name_is_refused_with_each_near_one() -> None:
    several = r"^'IMPLIED_GROWT' is not a function .* did you mean: IMPLIED_GROWTH, IMPLIED_PERPETUAL_GROWTH"
    with pytest.raises(ChoiceError, match=several):
        entry("IMPLIED_GROWT")


def test_an_entry_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        entry("multiple").parameters[0].name = "price"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry("multiple").function = about.steelyard_version  # type: ignore[misc]


def test_no_name_is_listed_twice() -> None:
    assert len(CATALOGUE) == len(FUNCTIONS)


def test_an_entry_is_found_by_its_python_and_its_excel_name() -> None:
    assert entry("sotp_value") is entry("SOTP_VALUE") is entry(" Sotp_Value ") is CATALOGUE["sotp_value"]
    with pytest.raises(ChoiceError, match="'SOTP' is not a function of the catalogue"):
        entry("SOTP")


def test_an_entry_describes_its_function() -> None:
    described = CATALOGUE["sotp_value"]
    assert described.excel_name == "SOTP_VALUE"
    assert described.family == "sotp"
    assert described.usage == "SOTP_VALUE(metrics, multiples, [stakes], [net_debt], [discount], [gross_discount])"
    assert [parameter.required for parameter in described.parameters] == [True, True, False, False, False, False]
    assert described.parameters[0].default is REQUIRED
    assert described.parameters[0].kind.unit == "money"
    assert described.result.shape == "number"
    assert described.argument_docs["net_debt"] == "Net debt of the whole company; negative where cash is larger."
    assert CATALOGUE["steelyard_version"].function is about.steelyard_version
    assert CATALOGUE["steelyard_version"].usage == "STEELYARD_VERSION()"


# Texts


@every_entry
def test_the_summary_is_one_sentence_that_the_wizard_shows_whole(function: Entry) -> None:
    assert 0 < len(function.summary) <= SHOWN
    assert function.summary.endswith(".")
    assert "\n" not in function.summary
    assert (function.function.__doc__ or "").startswith(function.summary)


@every_entry
def test_every_argument_is_documented_and_nothing_else(function: Entry) -> None:
    assert list(function.argument_docs) == [parameter.name for parameter in function.parameters]


@every_parameter
def test_an_argument_s_text_is_shown_whole(function: Entry, parameter: Parameter) -> None:
    text = function.argument_docs[parameter.name]
    assert 0 < len(text) <= SHOWN
    assert text.endswith(".")


@every_parameter
def test_shape_and_unit_stand_in_the_docstring_as_in_the_signature(function: Entry, parameter: Parameter) -> None:
    written = next(each.type_name for each in function.doc.params if each.arg_name == parameter.name)
    assert re.fullmatch(shape_and_unit(function, parameter.kind.shape, parameter.kind.unit), written or "")


@every_entry
def test_the_result_s_shape_and_unit_stand_in_the_docstring_as_in_the_signature(function: Entry) -> None:
    [returned] = function.doc.many_returns
    assert returned.description
    assert re.fullmatch(shape_and_unit(function, function.result.shape, function.result.unit), returned.type_name or "")


def shape_and_unit(function: Entry, shape: str, unit: str) -> str:
    """What a docstring must write: `(...) money`, `(..., n) money`; of one case only `(n) money` and `money`."""
    one_case = function.result.shape == "table" or any(p.kind.shape == "method" for p in function.parameters)
    shapes = {
        "number": r"(\(\.\.\.\) )?" if one_case else r"\(\.\.\.\) ",
        "vector": r"\([a-z]\) " if one_case else r"\(\.\.\., [a-z3]\) ",
        "texts": r"\([a-z]\) ",
        "dates": r"\([a-z]\) ",
        "matrix": r"\(([a-z]), \1\) ",
        "text": r"(\(\.\.\.\) )?",
        "flag": r"(\(\.\.\.\) )?",
    }
    return "choice" if shape == "choice" else shapes.get(shape, "") + re.escape(unit)


@every_entry
def test_it_has_examples_that_call_it(function: Entry) -> None:
    assert any(
        f"{function.name}(" in example.source
        for example in doctest.DocTestParser().get_examples(function.function.__doc__ or "")
    )


# Names


@every_entry
def test_excel_reads_the_name_as_a_function_of_ours(function: Entry) -> None:
    name = function.excel_name
    assert re.fullmatch(r"[A-Z][A-Z0-9_]*", name)
    assert not is_reference(name)
    assert name not in SPREADSHEET_FUNCTIONS
    assert name not in VBA_KEYWORDS


@every_parameter
def test_an_argument_s_name_is_one_that_vba_takes(function: Entry, parameter: Parameter) -> None:
    assert parameter.name.upper() not in VBA_KEYWORDS
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", parameter.name)
    assert parameter.name != function.name  # a duplicate declaration


@every_entry
def test_the_wizard_holds_all_arguments(function: Entry) -> None:
    assert len(function.parameters) + sum(len(parameter.name) for parameter in function.parameters) <= WIZARD


def test_what_is_a_reference_and_what_is_not() -> None:
    references = ["A1", "DCF1", "PV10", "LTM24", "XFD1048576", "R1C1", "R", "C", "RC", "R1", "C5", "R[-1]C[2]"]
    assert [name for name in references if not is_reference(name)] == []
    names = ["XFE1", "A1048577", "A0", "LTM", "ABCD1", "SOTP_VALUE", "RCA", "CAGR", "A01B"]
    assert [name for name in names if is_reference(name)] == []


def test_the_lists_of_names_taken_are_what_they_say() -> None:
    assert {"SUM", "PRICE", "YIELD", "RRI", "XLOOKUP", "STDEV.S", "T", "YEARS"} <= SPREADSHEET_FUNCTIONS
    assert {"DATE", "END", "TYPE", "STEP", "SCALE", "OPTION", "STOP", "CURRENCY"} <= VBA_KEYWORDS
    assert len(SPREADSHEET_FUNCTIONS) > 500
