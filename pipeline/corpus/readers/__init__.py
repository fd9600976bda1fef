"""Readers of transcripts: one module a format, listed in `pipeline.corpus.transcripts.FORMATS`.

A format's module has two functions. `recognises(head: bytes) -> bool` says that a file which
begins so is of this format for certain, whatever its name; `read(data: bytes, path: Path) ->
Reading` returns its turns or raises a `DataError`. What formats share is in `turns` (the result),
`heads` and `labels` (who speaks), `times` (when), `cues` (subtitles), `tiers` (time-aligned tiers),
`grids` (tables inside documents), and, for files that strangers send, `archives`, `safe_xml`,
`safe_json` and `markup`.
"""
