"""`steelyard new`: an empty case or workbook to fill in, with peers from a data export."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from addin.commands.exits import BAD_INPUT, REFUSED, expect_suffix, fail, fail_to_write
from addin.commands.peers import TABLES, Columns, Sheet, Unit, read, tell, wishes

if TYPE_CHECKING:
    from workbooks.peer_import.records import PeersTable, Wishes
    from workbooks.templates.skeleton import Skeleton
    from workbooks.templates.small_case import Small

MOST_ROUNDS: Final = 40
MOST: Final = 5000  # largest number of items in a list
_OF_SHORT: Final = {"output", "like", "company", "as_of", "currency", "unit", "peers", "lang", "force"}
_LONGEST: Final = 255  # characters of a file name
_NUMBER: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?")  # anything else is a name

app = typer.Typer()


@app.command(epilog="Example: steelyard new acme.xlsx --peers 6 --segments Phones,Services --rounds 3")
def new(  # noqa: PLR0913, PLR0917 - an option is an argument
    context: typer.Context,
    output: Annotated[
        Path, typer.Argument(metavar="NAME.toml|NAME.xlsx", help="What to write: a case, or a workbook.")
    ],
    company: Annotated[str, typer.Option(help="The company; else the file's name.")] = "",
    peers: Annotated[
        str, typer.Option(metavar="N|NAMES|FILE", help="How many, which, or a .csv or .xlsx of them; 0 for none.")
    ] = "5",
    segments: Annotated[str, typer.Option(metavar="N|NAMES", help="Parts of the company; 0 for none.")] = "3",
    scenarios: Annotated[str, typer.Option(metavar="N|NAMES", help="Forward scenarios; 0 for none.")] = "3",
    rounds: Annotated[int, typer.Option(min=0, max=MOST_ROUNDS, help="Financing rounds: none, or at least two.")] = 0,
    figures: Annotated[
        str, typer.Option(metavar="NAMES", help="What is known of each peer.")
    ] = "value,net_debt,revenue,net_profit,ebitda,growth",
    mix: Annotated[str, typer.Option(metavar="NAMES", help="What revenue is made of in the scenarios.")] = (
        "Services,Products"
    ),
    years: Annotated[int, typer.Option(min=1, max=40, help="Years that the scenarios look ahead.")] = 3,
    as_of: Annotated[str, typer.Option(metavar="DATE", help="Valuation date: 2026-06-30; else today.")] = "",
    currency: Annotated[str, typer.Option(help="The company's currency, ISO code.")] = "CNY",
    reporting: Annotated[str, typer.Option(help="A second currency that values are shown in; else none.")] = "",
    unit: Annotated[str, typer.Option(help="The unit that values are shown in: 亿元, 'USD m'.")] = "",
    reporting_unit: Annotated[str, typer.Option(help="The same for the second currency.")] = "",
    sheet: Sheet = "",
    peers_unit: Unit = "",
    columns: Columns = None,
    lang: Annotated[str, typer.Option(help="The language of a workbook: en, or zh for Chinese.")] = "en",
    like: Annotated[
        str,
        typer.Option(metavar="WAY", help="A short one for one way of valuing: comps, sotp, nav, dcf or users."),
    ] = "",
    *,
    users: Annotated[bool, typer.Option("--users", help="With the per-user analogy.")] = False,
    premium: Annotated[bool, typer.Option("--premium", help="With the scorecard and its premium.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write an empty case (.toml) or workbook (.xlsx) to fill in; nothing in it is invented."""
    from workbooks.templates.empty_case import Wanted, skeleton  # noqa: PLC0415

    expect_suffix(output, ".toml", ".xlsx")
    if output.exists() and not force:
        fail(f"{output} already exists: --force replaces it", BAD_INPUT)
    second = reporting.upper()
    _check_money("currency", currency.upper(), unit)
    _check_money("reporting", second, reporting_unit)
    if like:
        _check_beside(like, context)
        _short(like, output, company, as_of, (currency, unit), peers, lang)
        return
    table = _table(Path(peers), wishes(sheet, peers_unit, columns)) if _is_table(peers) else None
    with _refusals(output):
        wanted = Wanted(
            company=company or output.stem,
            as_of=_date(as_of),
            currency=currency.upper(),
            reporting_currency=second,
            display_unit=unit or _usual_unit(currency, _in_chinese(output, lang)),
            reporting_unit=reporting_unit or _second_unit(currency, second, _in_chinese(output, lang)),
            peers=() if table else _names("--peers", peers),
            peer_figures=_listed(figures),
            table=table,
            segments=_names("--segments", segments),
            scenarios=_names("--scenarios", scenarios),
            mix=_listed(mix),
            years=years,
            rounds=rounds,
            users=users,
            premium=premium,
            pasted=output.suffix.lower() == ".xlsx" and table is None,
        )
        told = _write(skeleton(wanted), output, lang)
    typer.echo(f"{output}: {told}")
    if table:
        _tell_table(table)


def _check_money(option: str, currency: str, unit: str) -> None:
    """Refuse a currency that is not known, and a unit that is not one of it."""
    from workbooks.case.quantity import money_currency  # noqa: PLC0415

    of_unit = "--unit" if option == "currency" else f"--{option}-unit"
    if currency and money_currency(currency) != currency:
        fail(f"--{option} {currency}: expected the code of a currency, such as CNY or USD", BAD_INPUT)
    if unit and not currency:
        fail(f"{of_unit} {unit}: give --{option} too, its currency", BAD_INPUT)
    if unit and money_currency(unit) != currency:
        fail(f"{of_unit} {unit}: expected a unit of {currency}, such as '{currency} m'", BAD_INPUT)


def _check_beside(like: str, context: typer.Context) -> None:
    """Refuse options that a short case or workbook does not have."""
    given = [
        name for name in context.params if getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"
    ]
    for name in given:
        if name not in _OF_SHORT or (name == "peers" and not _is_table(context.params[name])):
            option = {"columns": "column"}.get(name, name).replace("_", "-")
            fail(f"--{option}: has no effect beside --like {like}, leave one of the two out", BAD_INPUT)


@contextmanager
def _refusals(output: Path) -> Iterator[None]:
    """Exit with the reason where options, the build or writing the file fail."""
    from workbooks.build import BuildError  # noqa: PLC0415
    from workbooks.languages.language import LanguageError  # noqa: PLC0415
    from workbooks.peer_import.records import TableError  # noqa: PLC0415
    from workbooks.templates.skeleton import WantedError  # noqa: PLC0415

    try:
        yield
    except (TableError, WantedError, LanguageError) as problem:
        fail(str(problem), BAD_INPUT)
    except BuildError as problem:
        fail(str(problem), REFUSED)
    except OSError as problem:
        fail_to_write(problem, output)


def _write(made: "Skeleton", output: Path, lang: str) -> str:
    """Write a case or a workbook, and describe what there is to fill in."""
    from workbooks.files import save  # noqa: PLC0415

    if output.suffix.lower() == ".toml":
        from workbooks.templates.case_file_text import case_text  # noqa: PLC0415

        text = case_text(made)
        save(text.encode(), output)
        return _marks(text)
    from workbooks.templates.empty_workbook import empty_workbook  # noqa: PLC0415

    save(empty_workbook(made, lang), output)
    optional = len(made.optional & made.empty)
    pasted = "peers to paste on the sheet Peers, " if made.tables else ""
    left = f", and {optional} that may stay empty" if optional else ""
    return f"{pasted}{len(made.empty) - optional} figures to fill in{left}"


def _tell_table(table: "PeersTable") -> None:
    """Print how much of a table of peers was read, and what of it was not used."""
    from workbooks.peer_import.headings import FIGURES  # noqa: PLC0415

    typer.echo(f"{sum(len(peer.figures) for peer in table.peers)} figures of {len(table.peers)} peers read")
    unused = sorted({what for peer in table.peers for what, _ in peer.by_period} - {*FIGURES})
    if unused:
        how = "a multiple of your own under [comparables] takes them, see docs/how-to/company.md"
        typer.echo(f"{', '.join(unused)}: not taken over; {how}")
    tell(table.unplaced)


def _table(file: Path, wished: "Wishes") -> "PeersTable":
    """Read the peers of a data export; fails if there are more than a case can hold."""
    table, count = read(file, wished, MOST)
    if count > MOST:
        message = f"{file} has {count:,} peers: a case holds at most {MOST:,}; keep those to compare"
        fail(message, BAD_INPUT)
    return table


def _short(like: str, output: Path, company: str, as_of: str, money: tuple[str, str], peers: str, lang: str) -> None:
    """Write the short case of one valuation method, or its workbook to fill in."""
    import os  # noqa: PLC0415

    from workbooks.files import save  # noqa: PLC0415
    from workbooks.templates.small_case import LIKES, Small  # noqa: PLC0415

    if like not in LIKES:
        fail(f"--like {like}: expected one of {', '.join(LIKES)}", BAD_INPUT)
    table = Path(peers) if _is_table(peers) else None
    if table and like != "comps":
        fail(f"--peers {peers}: a table of peers belongs to --like comps", BAD_INPUT)
    beside = Path(os.path.relpath(table, output.parent)).as_posix() if table else ""
    currency, unit = money[0].upper(), money[1]
    unit = unit or _usual_unit(currency, _in_chinese(output, lang))
    name, day = company or output.stem, _date(as_of).isoformat()
    short = Small(like, name, day, currency, unit, table, beside)
    with _refusals(output):
        data, told = _short_case(short) if output.suffix.lower() == ".toml" else _short_workbook(short, lang)
        save(data, output)
    typer.echo(f"{output}: {told}")


def _short_case(short: "Small") -> tuple[bytes, str]:
    """The bytes of a short case, and the number of places to fill in."""
    from workbooks.templates.small_case import small_case  # noqa: PLC0415

    text = small_case(short)
    return text.encode(), _marks(text)


def _marks(text: str) -> str:
    """Text with the number of places to fill in."""
    marks = sum(line.count('"?"') for line in text.splitlines() if not line.startswith("#"))
    return f'{marks} places to fill in, each a "?"'


def _short_workbook(short: "Small", lang: str) -> tuple[bytes, str]:
    """The bytes of the workbook to fill in, and what is to be filled in."""
    from workbooks.templates.comps_workbook import comps_skeleton  # noqa: PLC0415
    from workbooks.templates.empty_workbook import empty_workbook  # noqa: PLC0415
    from workbooks.templates.short_workbook import short_workbook_skeleton  # noqa: PLC0415

    if short.like == "comps":
        made = comps_skeleton(short)
        told = f"peers to paste on the sheet Peers, and {len(made.empty - made.optional)} figures to fill in on Inputs"
        return empty_workbook(made, lang), f"{told}, with one for each multiple"
    made = short_workbook_skeleton(short)
    return empty_workbook(made, lang), f"{len(made.empty)} figures to fill in, on the sheet Inputs"


def _in_chinese(output: Path, lang: str) -> bool:
    """Whether amounts of yuan are in 亿: not in a workbook in English. A case file has no language."""
    return output.suffix.lower() != ".xlsx" or lang != "en"


def _usual_unit(currency: str, in_chinese: bool) -> str:  # noqa: FBT001 - as the language says
    """Default display unit for a currency."""
    return "亿元" if currency.upper() == "CNY" and in_chinese else f"{currency.upper()} m"


def _second_unit(currency: str, second: str, in_chinese: bool) -> str:  # noqa: FBT001 - as the language says
    if not second:
        return ""
    return f"亿 {second}" if currency.upper() == "CNY" and in_chinese else f"{second} m"


def _is_table(peers: str) -> bool:
    """Whether the option names a table of peers, and not peers or their number."""
    return Path(peers).suffix.lower() in TABLES


def _names(option: str, text: str) -> tuple[str, ...]:
    """The names of an option, or as many placeholders as a number says."""
    if not _NUMBER.fullmatch(text.strip()):
        if "," not in text and len(text) <= _LONGEST and Path(text).is_file():
            fail(f"{option} {text}: a table of peers has a name that ends in {', '.join(TABLES)}", BAD_INPUT)
        return _listed(text)
    if not text.strip().isdecimal() or int(text) > MOST:
        fail(f"{option} {text}: expected a whole number from 0 to {MOST:,}, or names with commas between", BAD_INPUT)
    return ("",) * int(text)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if text else dt.datetime.now().astimezone().date()
    except ValueError:
        fail(f"--as-of {text}: expected a date such as 2026-06-30", BAD_INPUT)
