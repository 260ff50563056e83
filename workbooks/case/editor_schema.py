"""JSON Schema of case files, used by editors to complete and check a case while it is typed.

It is generated from the records and stored as `workbooks/cases/case.schema.json`; the first line of each bundled case
points to it. It covers keys, texts, numbers and choices. Consistency (ids, units, sums) is checked only by
`workbooks.case.reading.load`.
"""

import json
import sys
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from workbooks.case.model import Case


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of case files, for editors."""
    return Case.model_json_schema(schema_generator=_Generator)


class _Generator(GenerateJsonSchema):
    """pydantic's schema generator, without null, which TOML does not have, and without titles derived from keys."""

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> JsonSchemaValue:
        made = super().generate(schema, mode)
        return {"$schema": self.schema_dialect, "title": "A case of Steelyard"} | made

    def field_title_should_be_set(self, _schema: object) -> bool:
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        made.pop("title", None)
        return made

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if (key, value) != ("default", None)}

    def get_flattened_anyof(self, schemas: list[JsonSchemaValue]) -> JsonSchemaValue:
        """Alternatives of a key without null and without the empty text of `NotGiven`."""
        made = super().get_flattened_anyof(schemas)
        given = [each for each in made["anyOf"] if each.get("type") != "null" and each.get("const") != ""]
        return {"anyOf": given} if len(given) > 1 else given[0]

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        return made | ({"additionalProperties": False} if "patternProperties" in made else {})

    def model_field_schema(self, schema: core_schema.ModelField) -> JsonSchemaValue:
        made = super().model_field_schema(schema)
        self._figure = made.get("description", "")
        return made

    def generate_inner(self, schema: Any) -> JsonSchemaValue:  # noqa: ANN401 - a type that pydantic does not publish
        """A field with its own description and, where it holds a figure, the description of its role as well."""
        made = super().generate_inner(schema)
        if schema["type"] == "model-field" and self._figure and made["description"] != self._figure:
            return made | {"description": f"{made['description']}; {self._figure}"}
        return made


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), ensure_ascii=False, indent=2) + "\n")
