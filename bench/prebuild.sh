#!/bin/sh
# Measures the start of workspaces on an empty and on a large prebuild, and forks by size; see README.md. Needs root and python3.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-10}
gigabytes=${2:-5}
. bench/installation.sh
# prepared NAME INIT: a repository whose task does INIT.
prepared() {
  mkdir -p "$BERTH_HOME/source/$1"
  printf 'tasks:\n  - init: |\n      %s\n' "$2" > "$BERTH_HOME/source/$1/.gitpod.yml"
  repository "$1"
}
prepared empty 'true'
# A fifth of it in 4,000 files for each gigabyte, the rest in files of 50 MB, a quarter of their bytes random.
prepared large "g=$gigabytes; mkdir -p /workspace/many /workspace/big; for i in \$(seq \$((g * 40))); do mkdir /workspace/many/\$i; head -c 5000000 /dev/urandom | split -b 50000 -a 3 - /workspace/many/\$i/f; done; for i in \$(seq \$((g * 16))); do head -c 12500000 /dev/urandom > /workspace/big/\$i; head -c 37500000 /dev/zero | tr '\\\\0' x >> /workspace/big/\$i; done"
settings ""
begin 18434
await_editor
python3 bench/prebuild_bench.py "$BERTH_HOME" 18434 "$rounds"
