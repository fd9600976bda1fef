"""Where the words of an RTF file stand: paragraphs, cells, text boxes and notes become lines."""

from pipeline.corpus.readers import grids
from pipeline.corpus.readers.heads import Line, paragraph


class Layout:
    """Takes words one after the other; `lines` and `aside` are the document, in its order."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.aside: list[tuple[int, str]] = []
        self.headings: set[int] = set()
        self._places = 0
        self._pieces: list[tuple[str, bool]] = []
        self._outer: list[list[tuple[str, bool]]] = []
        self._noted: list[str] = []
        self._veiled: list[str] = []
        self._cell: list[Line] = []
        self._row: list[list[Line]] = []
        self._rows: list[list[list[Line]]] = []

    def say(self, text: str, *, is_bold: bool) -> None:
        """Add words to the paragraph."""
        self._pieces.append((text, is_bold))

    def note(self, text: str) -> None:
        """Add words to the note."""
        self._noted.append(text)

    def veil(self, text: str) -> None:
        """Add words that the paragraph hides."""
        self._veiled.append(text)

    def mark_heading(self) -> None:
        """Call the paragraph a heading."""
        self.headings.add(self._places + 1)

    def end_note(self) -> None:
        """End a note; it belongs to the paragraph it stands in."""
        self.aside.append((self._places + 1, "".join(self._noted)))
        self._noted = []

    def begin_box(self) -> None:
        """Keep the paragraph that a text box hangs on, until the box ends."""
        self._outer.append(self._pieces)
        self._pieces = []

    def end_box(self) -> None:
        """End a text box; its paragraphs come before the one it hangs on."""
        if self._pieces:
            self.end_of("par", in_table=False)
        self._pieces = self._outer.pop()

    def end_of(self, word: str, *, in_table: bool) -> None:
        """End a paragraph, cell or row, as the control word says."""
        if word == "row":
            self._rows.append(self._row)
            self._row = []
        elif word == "cell":
            self._cell += self._paragraph()
            self._row.append(self._cell)
            self._cell = []
        elif (in_table or word == "nestcell") and not self._outer:
            self._cell += self._paragraph()
        else:
            if not self._outer:
                self._end_table()
            self.lines += self._paragraph()

    def end(self) -> None:
        """End the document."""
        while self._outer:
            self.end_box()
        last = self._paragraph() if self._pieces else []
        self._end_table()
        self.lines += last

    def _end_table(self) -> None:
        """Lay the rows out, those included that the file breaks off."""
        rest = [self._row] if self._row else []
        rest += [[self._cell]] if self._cell else []
        self.lines += grids.lines_of(self._rows + rest)
        self._rows, self._row, self._cell = [], [], []

    def _paragraph(self) -> list[Line]:
        self._places += 1
        place = self._places
        pieces, self._pieces = self._pieces, []
        if self._veiled:
            self.aside.append((place, "".join(self._veiled)))
            self._veiled = []
        return paragraph(place, pieces)
