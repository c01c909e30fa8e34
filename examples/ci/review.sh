#!/bin/sh
# Writes a Markdown page with the summary of every spec that a branch changes, and what differs.
#
#     review.sh BASE FILE      such as: review.sh origin/main review.md
set -eu
base=$1
page=$PWD/$2
case $2 in /*) page=$2 ;; esac
list=$(mktemp)
trap 'rm -f "$list"' EXIT

cd "$(git rev-parse --show-toplevel)"
: > "$page"
before=$(git merge-base "$base" HEAD)
git -c core.quotePath=off diff --name-only --diff-filter=d "$before" HEAD -- '*.yaml' '*.yml' > "$list"
while IFS= read -r file; do
  grep -q '^netspec:' -- "$file" || continue
  {
    printf '## %s\n\n' "$(printf '%s' "$file" | tr -d '`<>|@\n')"
    if grep -q '^abstract: *true' -- "$file"; then
      printf 'A base for other specs, without a whole network of its own.\n\n'
      continue
    fi
    if git cat-file -e "$before:$file" 2>/dev/null; then
      netspec diff --git "$before" --format markdown -- "$file" 2>/dev/null ||
        printf 'It has errors, or had them; see the findings.\n'
      printf '\n'
    fi
    printf '<details><summary>Layers</summary>\n\n'
    netspec summary --format markdown --depth 1 -- "$file" 2>/dev/null ||
      printf 'It has errors; see the findings.\n'
    printf '\n</details>\n\n'
  } >> "$page"
done < "$list"
test -s "$page" || printf 'No spec changes.\n' >> "$page"
