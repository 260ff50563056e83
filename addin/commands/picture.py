"""`steelyard picture`: writes a chart of a case as a picture."""

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.exits import BAD_INPUT, fail, save_or_fail

app = typer.Typer()


@app.command(epilog="Example: steelyard picture xiaomi_2018 -o football.svg; … --kind waterfall -o parts.png")
def picture(
    case: Annotated[str, typer.Argument(metavar="CASE", help="A bundled case, or a case file, .toml.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="NAME.svg|NAME.png", help="Where the picture goes.")],
    *,
    kind: Annotated[str, typer.Option(help="football, waterfall, tornado or histogram.")] = "football",
    per_share: Annotated[
        bool, typer.Option("--per-share", help="The football field in value per share, not in money.")
    ] = False,
    lang: Annotated[str, typer.Option(help="The language of its texts: en, or zh for Chinese.")] = "en",
) -> None:
    """Draw a chart of a case: football field, waterfall, tornado or histogram, as SVG or PNG."""
    from workbooks.case.reading import CaseError, find  # noqa: PLC0415
    from workbooks.languages.language import LanguageError  # noqa: PLC0415
    from workbooks.layout.core_values import NoValueError  # noqa: PLC0415
    from workbooks.pictures.drawing import drawn  # noqa: PLC0415
    from workbooks.pictures.figures import PictureError  # noqa: PLC0415
    from workbooks.pictures.figures import picture as pictured  # noqa: PLC0415

    try:
        data = drawn(pictured(find(case), kind, lang, shares=per_share), out.suffix.removeprefix(".").lower())
    except (CaseError, LanguageError, NoValueError, PictureError) as problem:
        fail(str(problem), BAD_INPUT)
    save_or_fail(data, out)
    typer.echo(str(out))
