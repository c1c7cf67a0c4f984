"""Styles: ways to process images, kept under a name."""

from __future__ import annotations

from collections.abc import Sequence

from ossc._model import Model, field
from ossc._verbs import done
from ossc.settings._setting import Row
from ossc.settings._several import SeveralSettings, checked_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Style", "StyleList", "Styles"]


class Style(Model):
    """A way to process images.

    Attributes:
        name: Its name.
        content: What is done: `"image/resize,p_50"`.
        create_time: When it was made, as OSS writes it.
        last_modify_time: When it was changed, as OSS writes it.
        category: `"image"`, `"document"` or `"video"`; None: not told.
    """

    __slots__ = ()

    name: str = ""
    content: str
    category: str | None = None
    create_time: str | None = None
    last_modify_time: str | None = None


class StyleList(Model):
    """The styles of a bucket."""

    __slots__ = ()

    styles: Sequence[Style] = field("Style", default=())


class Styles(SeveralSettings):
    """A bucket's styles, by their names.

    Example:
        >>> bucket.styles.put("half", "image/resize,p_50")
        >>> bucket.styles.get("half").content
        'image/resize,p_50'
    """

    __slots__ = ()

    def get(self, name: str) -> Style:
        """A style (GetStyle).

        Raises:
            NoSuchConfiguration: There is none of that name.
        """
        return self._ask(Style, "GetStyle", self._named(name))

    def put(self, name: str, content: str, *, category: str | None = None) -> None:
        """Makes a style, or changes it (PutStyle).

        Args:
            name: 1 to 63 letters, digits, hyphens, underscores and dots.
            content: What is done: `"image/resize,p_50"`.
            category: `"image"`, which is OSS's default, `"document"` or `"video"`.

        Raises:
            ServerError: OSS refuses it.
        """
        params = self._named(name)
        if category is not None:
            params["category"] = checked_name("category", category)
        body = Style(content=content).to_xml().replace(b"<Name></Name>", b"")
        self._send("PUT", done, params=params, body=body)

    def delete(self, name: str) -> None:
        """Deletes a style (DeleteStyle). That there is none is no error."""
        self._send("DELETE", done, params=self._named(name))

    def list(self) -> Iterator[Style]:
        """All styles by name (ListStyle)."""
        yield from self._ask(StyleList, "ListStyle").styles

    def _named(self, name: str) -> dict[str, str]:
        return {self._row.query: "", "styleName": checked_name("name", name)}


STYLES = Row(Styles, "Style", "style", StyleList)
