"""Raw → corpus: what people wrote becomes initiatives, interviews, speakers and turns.

`stage` runs it. `register` and the other tables kept by hand are read through `handkept` and
`cells`, sheets through `sheets`, transcripts through `transcripts`, which asks `readers`.
`interview` puts a transcript and its register together, `labels` finds who a label means, and
`translations` which interviews are one talk. `consent` is the only door through which words pass
to be counted or printed; `masks` and `recall` keep what must not. `encodings`, `words` and `texts`
say what a text, a word and a passage are, everywhere.
"""
