#!/bin/sh
# Write, for each stage, the checksums of the files that people wrote and it reads. A list is
# rewritten only when it changed, so make sees edits, additions, deletions and renames, in file
# names with spaces too, and an untouched copy is no change.
# Usage: inputs.sh FOLDER RAW BOOK
set -u
folder=$1 raw=$2 book=$3 part=$1/$$.part # two makes at once do not share it

dated() { # the date that a book bears (publication/epoch.py): a commit changes it, and no file
    echo "epoch ${SOURCE_DATE_EPOCH:-}"
    for path in pipeline book requirements.lock "$raw" "$book"; do
        git log -1 --format=%ct -- "$path" 2>/dev/null # there may be no git, or the path outside it
    done
}

list() { # list NAME PATH…: checksums of every file below the paths that exist, hidden ones left out
    name=$1
    shift
    {
        case $name in corpus | coding) date +%Y-%m-%d ;; esac # consent expires by itself
        [ "$name" = book ] && dated
        echo "edition ${EDITION:-}"
        for path in "$@"; do
            [ -e "$path" ] || continue
            find -L "$path" -type f ! -name '.*' ! -path "$path/output/*" -exec cksum {} +
        done
    } | sort >"$part" 2>/dev/null || { rm -f "$part" "$folder/$name"; return; } # the disk is full
    if cmp -s "$part" "$folder/$name"; then rm -f "$part"; else mv "$part" "$folder/$name"; fi
}

mkdir -p "$folder" 2>/dev/null || exit 0 # the stage says what is wrong with the folder
if [ -z "$book" ]; then
    if [ -d "$raw/book" ]; then book=$raw/book
    elif [ "$raw" = data/raw ]; then book=book
    else book=pipeline/publication/draft
    fi
fi
list project "$raw/project.yaml"
list corpus "$raw/project.yaml" "$raw/initiatives" "$raw/interviews" "$raw/photos" "$raw/letters" "$raw/route.csv"
list coding "$raw/codebook.yaml" "$raw/codings"
list book "$raw/project.yaml" "$book" book/theme book/filters
