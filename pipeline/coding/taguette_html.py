"""The HTML that Taguette keeps → its text, and the bytes that Taguette counts in each letter."""

from html.parser import HTMLParser
from typing import Any

import numpy as np

from pipeline.coding.refi.positions import Counting, Spaced

BREAKS = {"p", "br", "h1", "h2", "h3", "h4", "h5", "li", "ul", "ol", "div", "tr", "blockquote"}


class Html(HTMLParser):
    """The text of an HTML, a line a paragraph; `counting` knows the bytes between the tags."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.sizes: list[int] = []
        self.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
        self.close()
        self.text = "".join(self.pieces)
        self.spaced = Spaced(self.text)
        self.counting = Counting("bytes", 0, np.cumsum(self.sizes, dtype=np.int64))

    def handle_data(self, data: str) -> None:
        """Keep the words; a surrogate that stands alone is three bytes, as Taguette has it."""
        if data.startswith("\n") and self.sizes and not self.sizes[-1]:
            self.pieces.pop()  # the line is ended already, by the HTML itself
            self.sizes.pop()
        self.pieces.append(data)
        self.sizes += [len(sign.encode("utf-8", "surrogatepass")) for sign in data]

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Begin a line where a paragraph begins."""
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        """End a line where a paragraph ends."""
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in BREAKS and self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")
            self.sizes.append(0)
