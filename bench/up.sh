#!/bin/sh
# Measures `berth up` from a built tree to the first 200 of the dashboard, and what it holds when idle; see README.md. Needs root.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-10}
. bench/installation.sh
mkdir "$BERTH_HOME/source"
settings ""
port=18434

# Milliseconds from now until the dashboard answers with 200.
start() {
  began=$(date +%s%N)
  ./berth up --port $port > "$BERTH_HOME/link" 2>> "$BERTH_HOME/up.log" &
  up=$!
  until curl -sf -o /dev/null "http://127.0.0.1:$port/" -H "Host: berth.localhost:$port"; do
    kill -0 $up 2>/dev/null || { tail "$BERTH_HOME/up.log" >&2; exit 1; }
    sleep 0.01
  done
  echo $((($(date +%s%N) - began) / 1000000))
}

# The server writes its number down a moment after it answers.
note() {
  until [ -s "$BERTH_HOME/server.json" ]; do sleep 0.02; done
  sed -n 's/.*"pid" *: *\([0-9]*\).*/\1/p' "$BERTH_HOME/server.json" > "$BERTH_HOME/pid"
}

stop() {
  kill "$(cat "$BERTH_HOME/pid")"
  wait $up || true
  up=""
}

start > /dev/null # builds, makes the image
note
await_editor
stop
for _ in $(seq "$rounds"); do
  start > "$BERTH_HOME/took"
  cat "$BERTH_HOME/took" >> "$BERTH_HOME/all"
  note
  sleep 8
  awk '/VmRSS/ {print int($2/1024)}' "/proc/$(cat "$BERTH_HOME/pid")/status" >> "$BERTH_HOME/rss"
  stop
done
sort -n "$BERTH_HOME/all" | awk '{a[NR]=$1} END {printf "berth up to the first 200: p50 %d ms, least %d, most %d of %d\n", a[int((NR+1)/2)], a[1], a[NR], NR}'
sort -n "$BERTH_HOME/rss" | awk '{a[NR]=$1} END {printf "resident when idle for 8 s: p50 %d MiB, most %d\n", a[int((NR+1)/2)], a[NR]}'
