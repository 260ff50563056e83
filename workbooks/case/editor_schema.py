"""JSON Schema of case files, with which an editor completes and checks a case as it is typed.

It is made from the records; `workbooks/cases/case.schema.json` is its printed form, and the first line of each bundled
case points to it. It knows keys, texts, numbers and choices. What must fit together (ids, units, sums) only
`workbooks.case.reading.load` knows.
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
    """pydantic's generator, without null, which TOML does not have, and without titles made from keys."""

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
        """What a key may hold where it is given: neither null nor the empty text of `NotGiven`."""
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
        """A field with its description and, where it names a figure, what the figure must be: both, not one of them."""
        made = super().generate_inner(schema)
        if schema["type"] == "model-field" and self._figure and made["description"] != self._figure:
            return made | {"description": f"{made['description']}; {self._figure}"}
        return made


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), ensure_ascii=False, indent=2) + "\n")
