# One rule a stage. GNU make 3.81 and POSIX tools suffice. RAW=, OUT= and BOOK= move things (README.md).

.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

PYTHON ?= python3
VENV := .venv
# macOS looks for Homebrew's Pango only where it is told to.
RUN := $(if $(filter Darwin,$(shell uname)),DYLD_FALLBACK_LIBRARY_PATH=/opt/homebrew/lib:/usr/local/lib )$(VENV)/bin/python
READY := $(VENV)/.ready

RAW ?= data/raw
ifdef OUT
PROCESSED := $(OUT)/processed
FIGURES := $(OUT)/figures
BOOKS := $(OUT)/book
DIST := $(OUT)/dist
else
PROCESSED := data/processed
FIGURES := figures
BOOKS := book/output
DIST := dist
endif
MOVED := --raw "$(RAW)" $(if $(OUT),--out "$(OUT)") $(if $(BOOK),--book "$(BOOK)")

# make cannot name a target with a space in it; the material's own files may have as many as they like.
ifneq ($(words x$(OUT)x x$(RAW)x x$(BOOK)x),3)
$(error RAW, OUT and BOOK may not contain a space: use a symbolic link · sans espace : faites un lien symbolique)
endif

# What each stage reads of RAW and BOOK, as one file of checksums a stage. A file is rewritten only
# when something in it changed, so it is a prerequisite that file names with spaces can be.
STAGES := all corpus coding comparison pictures book notebooks tables verbatims exchange forms voice bench
INPUTS := $(PROCESSED)/.inputs
ifneq ($(filter $(STAGES),$(or $(MAKECMDGOALS),all)),)
# Before make 4.4 what is typed behind make does not reach $(shell) by itself.
$(shell EDITION="$(EDITION)" SOURCE_DATE_EPOCH="$(SOURCE_DATE_EPOCH)" sh scripts/inputs.sh "$(INPUTS)" "$(RAW)" "$(BOOK)")
endif

CORE := $(wildcard pipeline/*.py pipeline/tables/*.py) pipeline/locale/fr/LC_MESSAGES/pipeline.mo
CORPUS_CODE := $(CORE) $(wildcard pipeline/corpus/*.py pipeline/corpus/*/*.py pipeline/corpus/basemap/*)
CODING_CODE := $(CORPUS_CODE) $(wildcard pipeline/coding/*.py pipeline/coding/*/*.py pipeline/coding/report/page/*)
COMPARISON_CODE := $(CODING_CODE) $(wildcard pipeline/comparison/*.py)
PICTURES_CODE := $(COMPARISON_CODE) $(wildcard pipeline/pictures/*.py pipeline/pictures/page/*)
BOOK_CODE := $(CODING_CODE) $(wildcard pipeline/publication/*.py)

table = $(addprefix $(PROCESSED)/$1/,$(addsuffix .parquet,$2))
CORPUS := $(call table,1-corpus,initiatives interviews speakers turns masks answers alignments media remarks photos letters route)
CODING := $(call table,2-coding,codes codings corrections conflicts segments suggestions suggesters agreement \
	disagreements) $(addprefix $(PROCESSED)/2-coding/,report.html suggestions.csv disagreements.csv)
COMPARISON := $(call table,3-comparison,code_by_group held_back) $(PROCESSED)/4-facts/facts.json
# Which pictures there are depends on the codebook: the stage lists what it drew.
PICTURES := $(FIGURES)/SHA256SUMS $(addprefix $(FIGURES)/,$(shell cut -c67- $(FIGURES)/SHA256SUMS 2>/dev/null))
BOOKFILES := $(BOOKS)/book.pdf $(BOOKS)/book.epub

# A stage stamps its folder with the time at which it began to read: what changes meanwhile is newer.
# An output hangs on its stage's stamp and keeps its time when it is unchanged: what depends on it
# is not built again. Deleted, it takes the stamp with it and comes back.
back = @test -e $@ || { rm -f $<; $(MAKE) --no-print-directory $<; }

.PHONY: all corpus coding comparison pictures book notebooks lab tables verbatims exchange forms voice test lint bench wheels hooks clean help

all: book ## Build everything: the tables, the pictures, the book

$(READY): requirements.lock
	@sh scripts/environment.sh "$(PYTHON)" "$(RAW)"

# A list that is there is up to date: it was written when make began.
$(INPUTS)/%: ;

help: ## List the targets
	@$(PYTHON) -m pipeline.messages "$(RAW)"

corpus: $(CORPUS) ## Read sheets, register and transcripts
coding: $(CODING) ## Find people's codings in the transcripts, and suggest others
comparison: $(COMPARISON) ## Compare, behind the door of consent, and declare the facts
pictures: $(PICTURES) ## Draw the pictures
book: $(BOOKFILES) ## Assemble the book

$(CORPUS): $(PROCESSED)/1-corpus/.stage.stamp
	$(back)
$(PROCESSED)/1-corpus/.stage.stamp: $(READY) $(INPUTS)/corpus $(CORPUS_CODE)
	@$(RUN) -m pipeline corpus $(MOVED)

$(CODING): $(PROCESSED)/2-coding/.stage.stamp
	$(back)
$(PROCESSED)/2-coding/.stage.stamp: $(CORPUS) $(INPUTS)/coding $(CODING_CODE)
	@$(RUN) -m pipeline coding $(MOVED)

$(COMPARISON): $(PROCESSED)/3-comparison/.stage.stamp
	$(back)
$(PROCESSED)/3-comparison/.stage.stamp: $(CORPUS) $(CODING) $(INPUTS)/project $(COMPARISON_CODE)
	@$(RUN) -m pipeline comparison $(MOVED)

$(PICTURES): $(FIGURES)/.stage.stamp
	$(back)
$(FIGURES)/.stage.stamp: $(CORPUS) $(COMPARISON) $(PROCESSED)/2-coding/codes.parquet $(INPUTS)/project $(PICTURES_CODE)
	@$(RUN) -m pipeline pictures $(MOVED)

$(BOOKFILES): $(BOOKS)/.stage.stamp
	$(back)
$(BOOKS)/.stage.stamp: $(CORPUS) $(CODING) $(COMPARISON) $(PICTURES) $(INPUTS)/project $(INPUTS)/book $(BOOK_CODE)
	@$(RUN) -m pipeline book $(MOVED)

notebooks: $(COMPARISON) ## Run the notebooks on the tables
	@$(RUN) -m pytest -q tests/test_notebooks.py

lab: $(COMPARISON) ## Open the notebooks in JupyterLab
	@$(VENV)/bin/jupyter lab notebooks

tables: $(COMPARISON) ## Write every table that may be shared for research as one ODS
	@$(RUN) -m pipeline tables $(MOVED)

verbatims: $(CODING) ## Write the coded passages in context, as DOCX and ODS (BY=, WHERE=)
	@$(RUN) -m pipeline verbatims $(MOVED) $(if $(BY),--by "$(BY)") $(if $(WHERE),--where "$(WHERE)")

exchange: $(CODING) ## Write the coded interviews for other tools: REFI-QDA, IRaMuTeQ (SUGGESTIONS=1)
	@$(RUN) -m pipeline exchange $(MOVED) $(if $(SUGGESTIONS),--suggestions)

forms: $(READY) ## Write the forms to describe an initiative: XLSX, ODS, paper
	@$(RUN) -m pipeline forms $(MOVED)

voice: $(BOOKFILES) ## Show one voice what is used of it, with a sheet for its answers (ID=)
	@$(RUN) -m pipeline voice "$(ID)" $(MOVED)

test: $(READY) ## Test everything
	@sh scripts/programs.sh
	@$(RUN) -m pytest -n 2 --dist loadfile

lint: $(READY) ## Check format, style, types, the direction of imports, and that git keeps no real interview
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(RUN) -m pipeline fictional

bench: $(READY) ## Measure the speed that is promised
	@$(RUN) -m bench.lexicon
	@$(RUN) -m bench.anchors
	@$(RUN) -m bench.thousand
	@$(RUN) -m bench.speed

wheels: ## Keep every library in wheels/, to make the environment without a network
	@sh scripts/wheels.sh "$(PYTHON)" "$(RAW)"

hooks: ## Have git refuse, before each commit, transcripts that are not fictional
	@git config core.hooksPath scripts/hooks
	@$(PYTHON) -m pipeline.messages "$(RAW)" "From now on git refuses, here, interviews that are not fictional."

clean: ## Remove everything built, but not the environment
	@rm -rf $(foreach folder,$(PROCESSED) $(FIGURES) $(BOOKS) $(DIST),$(folder)/[!R]* $(folder)/.[!.]*)
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
