"""Turn a validation error of pydantic into plain sentences."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from robot.settings.sections.pair_file import Settings

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails


def sentences(error: ValidationError, model: type[BaseModel] = Settings) -> tuple[str, ...]:
    """Describe each fault in one sentence; for an unknown key, name the most similar known one.

    Args:
        error: what pydantic has found.
        model: the file's own model, whose keys are the known ones.

    Returns:
        The sentences; each begins with the place in the file.
    """
    return tuple(_sentence(fault, model) for fault in error.errors(include_url=False))


def _sentence(fault: ErrorDetails, model: type[BaseModel]) -> str:
    place = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        *inside, key = fault["loc"]
        known = _known_keys(inside, model)
        near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"known there: {', '.join(known)}"
        return f"{place} is not known; {hint}"
    if fault["type"] == "missing":
        return f"{place} is missing"
    if fault["type"] in {"model_type", "dict_type"}:
        return f"{place} must be a section with keys of its own, such as [{place}]"
    if fault["type"] == "literal_error":
        return f"{place} must be {fault.get('ctx', {}).get('expected', 'one of a few words')}, not {fault['input']!r}"
    message = fault["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    return f"{place} {message[0].lower()}{message[1:]}"


def _known_keys(inside: list[int | str], model: type[BaseModel]) -> list[str]:
    for part in inside:
        if isinstance(part, int):
            continue  # a number in a list: the list's model holds for each item
        field = model.model_fields.get(str(part))
        models = [] if field is None else _models_in(field.annotation)
        if not models:
            return []
        model = models[0]
    return [field.alias or name for name, field in model.model_fields.items() if name != "folder"]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
