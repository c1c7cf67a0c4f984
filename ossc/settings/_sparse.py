"""How models are printed of which most fields are not said."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._model import Model

__all__ = ["shown"]


def shown(model: Model) -> str:
    """The fields that are not what they would be anyway."""
    fields = zip(model._fields, model._values, strict=True)
    said = [
        f"{name}={value!r}"
        for name, value in fields
        if name not in model._defaults or value != model._defaults[name]
    ]
    return f"{type(model).__qualname__}({', '.join(said)})"
