"""Number formats of the labels and axes of charts."""

from typing import Final

WHOLE: Final = r"#,##0;\(#,##0\)"  # negatives as in cells
WHOLE_OR_NOTHING: Final = r"#,##0;\(#,##0\);;"  # a label "0" would overlap its neighbours
RISE_OR_NOTHING: Final = "#,##0;#,##0;;"
FALL_OR_NOTHING: Final = r"\(#,##0\);\(#,##0\);;"  # so that the sign is not shown by colour alone
# Above a thin bar: small values with a decimal.
SMALL_RISE: Final = "[>=9.95]#,##0;[>0]0.0;"
SMALL_FALL: Final = r"[>=9.95]\(#,##0\);[>0]\(0.0\);"
# No label for values that would be shown as 0, since their bars are invisible.
WHOLE_IF_SEEN: Final = r"[>=0.5]#,##0;[<=-0.5]\(#,##0\);"
TENTHS_IF_SEEN: Final = r"[>=0.05]#,##0.0;[<=-0.05]\(#,##0.0\);"
NO_NUMBERS: Final = ";;;"  # an axis whose bars are labelled
