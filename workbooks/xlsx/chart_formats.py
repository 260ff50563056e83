"""Number formats of the labels and axes of charts."""

from typing import Final

WHOLE: Final = r"#,##0;\(#,##0\)"  # negatives as in cells
WHOLE_OR_NOTHING: Final = r"#,##0;\(#,##0\);;"  # a zero would print "0" over its neighbours
RISE_OR_NOTHING: Final = "#,##0;#,##0;;"
FALL_OR_NOTHING: Final = r"\(#,##0\);\(#,##0\);;"  # so that not its colour alone says it
# What would read 0 has no label: 0.0 beside a bar that cannot be seen says nothing.
WHOLE_IF_SEEN: Final = r"[>=0.5]#,##0;[<=-0.5]\(#,##0\);"
TENTHS_IF_SEEN: Final = r"[>=0.05]#,##0.0;[<=-0.05]\(#,##0.0\);"
