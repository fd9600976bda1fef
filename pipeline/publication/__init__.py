"""Everything → what leaves: book, verbatims, exchange, forms, restitution, tables.

Each reads only what is cleared for its purpose. `stage` makes the book: `manuscript` checks the
chapters, which name things through `names`, `values`, `quotes` and `sheets`, in the language of
`sandbox`; `document` and `typography` make one document of them, `epub` and `pdf` the books. What
`make` writes on request: `verbatims`, `exchange`, `sheet_form`, `voice` (by `restitution`) and
`spreadsheet`. `epoch` and `archives` see to it that two builds give the same bytes.
"""
