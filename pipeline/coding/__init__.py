"""Turns, codebook and people's codings → codings, segments, suggestions, agreement.

`stage` runs it, one interview at a time (`placing`). `codebook` and `patterns` read what codes mean
and which words speak for them. Decisions come from tables (`codings`), from other QDA tools
(`exchange`, by `refi` and `taguette`, which both give a `project`) and from reviewers (`review`);
`merging` counts each once. `anchors` finds a passage again when its text was corrected. `lexicon`
and `suggest` propose, `agreement` compares coders, `report` tells the team. `outgoing` says how a
text leaves the house; `names` knows interviews and codes by all that they are called.
"""
