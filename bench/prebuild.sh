#!/bin/sh
# Measures the start of workspaces on an empty and on a large prebuild, and forks by size; see README.md. Needs root and python3.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-10}
gigabytes=${2:-5}
BERTH_HOME=$(mktemp -d /var/tmp/berth-bench.XXXXXX)
export BERTH_HOME
images=${BERTH_BENCH_IMAGES:-$BERTH_HOME/images}
# $1 name, $2 what init does
repository() {
  git init -q -b main "$BERTH_HOME/source/$1"
  printf 'tasks:\n  - init: |\n      %s\n' "$2" > "$BERTH_HOME/source/$1/.gitpod.yml"
  git -C "$BERTH_HOME/source/$1" add .
  git -C "$BERTH_HOME/source/$1" -c user.name=bench -c user.email=bench@localhost commit -q -m first
}
mkdir "$BERTH_HOME/source"
repository empty 'true'
# A fifth of it in 4,000 files for each gigabyte, the rest in files of 50 MB, a quarter of their bytes random.
repository large "g=$gigabytes; mkdir -p /workspace/many /workspace/big; for i in \$(seq \$((g * 40))); do mkdir /workspace/many/\$i; head -c 5000000 /dev/urandom | split -b 50000 -a 3 - /workspace/many/\$i/f; done; for i in \$(seq \$((g * 16))); do head -c 12500000 /dev/urandom > /workspace/big/\$i; head -c 37500000 /dev/zero | tr '\\\\0' x >> /workspace/big/\$i; done"
printf 'git:\n  folders: [%s]\nimages:\n  folder: %s\n  packages: [procps]\n' "$BERTH_HOME/source" "$images" > "$BERTH_HOME/berth.yaml"
./berth version >&2
port=18434
./berth up --port $port > "$BERTH_HOME/link" 2> "$BERTH_HOME/up.log" &
up=$!
trap './berth down >&2 || true; wait $up 2>/dev/null || true; rm -rf "$BERTH_HOME"' EXIT
until [ -s "$BERTH_HOME/link" ] && grep -q 'is ready for the browser' "$BERTH_HOME/up.log"; do
  kill -0 $up || { tail "$BERTH_HOME/up.log" >&2; exit 1; }
  sleep 0.2
done
python3 bench/prebuild_bench.py "$BERTH_HOME" $port "$rounds"
