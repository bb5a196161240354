#!/bin/bash
# Measures snapshots against restic on the same trees; or alone, of a million small files (`many`) or of one sparse file of 100 GB (`sparse`);
# see README.md. Needs root, restic, rsync and time of Debian, and npm for the tree.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-3}
for program in restic rsync /usr/bin/time npm; do
  command -v "$program" >/dev/null || { echo "bench: $program is missing: apt-get install restic rsync time npm" >&2; exit 69; }
done
tree=${BERTH_BENCH_TREE:-/var/tmp/berth-bench-tree}
if [[ $rounds = [0-9]* ]] && [ ! -d "$tree/node_modules" ]; then
  mkdir -p "$tree"
  echo '{"private":true}' > "$tree/package.json"
  (cd "$tree" && npm install --ignore-scripts --no-audit --no-fund --silent next@15 @mui/material@6 @mui/icons-material@6 date-fns@4 \
    lodash@4 rxjs@7 typescript@5 webpack@5 jest@29 eslint@9 aws-sdk@2 react@19 react-dom@19 vue@3)
fi
# What is built already is not built again, so that a measuring machine measures.
if [ ! -s bench/target/classpath ] || [ -n "$(find base objects snapshots bench -name '*.java' -newer bench/target/classpath -print -quit)" ]; then
  ./mvnw -q -pl bench -am -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/classpath
fi
java=$(dist/find-jdk)/bin/java
work=$(mktemp -d /var/tmp/berth-bench.XXXXXX)
trap 'rm -rf "$work"' EXIT
export RESTIC_PASSWORD=bench RESTIC_CACHE_DIR=$work/cache

jars=$(ls bench/target/bench-*-SNAPSHOT.jar):$(cat bench/target/classpath)
run() { # the JVM's further flags as one word, then the command
  local more=$1
  shift
  # shellcheck disable=SC2086
  "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx112m -XX:+UseCompactObjectHeaders $more \
    -cp "$jars" dev.berth.bench.snapshots.SnapshotBench "$@"
}
berth() { run "-XX:AOTCache=$work/aot -Xlog:disable -Xlog:all=error:stderr" "$@"; }
export -f berth run
export java jars work

# As ./berth has one: without it every process compiles all of it anew.
train() {
  run "-XX:AOTCacheOutput=$work/aot -Xlog:disable" again "$work/training" "$1" 2 > /dev/null
  rm -rf "$work/training"
}

# measured TREE STEP TOOL COMMAND...: appends "tree step tool seconds KiB" to the figures
measured() {
  local what="$1 $2 $3"
  shift 3
  sync
  /usr/bin/time -a -o "$work/figures" -f "$what %e %M" bash -c '"$@" > /dev/null' - "$@"
}

# A node saves in a process that runs all the time: this one has saved and restored such a tree once before it is measured.
serve() { # FOLDER
  coproc SERVER { berth serve 2>&1; }
  server=$SERVER_PID
  ask "save $work/warm $1" > /dev/null
  ask "save $work/warm $1" > /dev/null
  ask "restore $work/warm $work/warmed" > /dev/null
}

# Its answer's last line is "took 1.234 s, ...".
ask() {
  local line
  echo "$1" >&"${SERVER[1]}"
  while read -r line <&"${SERVER[0]}"; do
    case $line in
      "took "*) line=${line#took }; echo "${line%% *}"; return ;;
      *xception*|*rror*) echo "bench: the server failed: $line" >&2; return 1 ;;
    esac
  done
  echo "bench: the server ended" >&2
  return 1
}

# served TREE STEP COMMAND: the same in the server; its memory is that of its whole life so far
served() {
  local seconds
  sync
  seconds=$(ask "$3")
  echo "$1 $2 server $seconds $(awk '/VmHWM/ { print $2 }' "/proc/$(pgrep -P "$server" java || echo "$server")/status")" >> "$work/figures"
}

stored() { echo "$1 $2 $3 $(du -sb --exclude=.drafts "$work/$3" | cut -f1) 0" >> "$work/figures"; }

restores=0
round() { # NAME FOLDER CHANGE
  local name=$1 folder=$2 change=$3
  rm -rf "$work/restic" "$work/berth" "$work/server" "$work/cache"
  restic -q -r "$work/restic" init
  tar -cf - -C "$folder" . | cat > /dev/null # both find it in memory
  measured "$name" first restic restic -q -r "$work/restic" backup "$folder"
  measured "$name" first berth bash -c 'berth "$@"' - save "$work/berth" "$folder"
  served "$name" first "save $work/server $folder"
  stored "$name" stored-first restic
  stored "$name" stored-first berth
  measured "$name" unchanged restic restic -q -r "$work/restic" backup "$folder"
  measured "$name" unchanged berth bash -c 'berth "$@"' - save "$work/berth" "$folder"
  served "$name" unchanged "save $work/server $folder"
  "$change" "$folder"
  measured "$name" changed restic restic -q -r "$work/restic" backup "$folder"
  measured "$name" changed berth bash -c 'berth "$@"' - save "$work/berth" "$folder"
  served "$name" changed "save $work/server $folder"
  stored "$name" stored-changed restic
  stored "$name" stored-changed berth
  # Nothing of many files is removed before the end: ext4 gives no inode again for minutes, and whoever makes files then has to look for others.
  local restored=$work/restored-$((++restores))
  measured "$name" restore restic restic -q -r "$work/restic" restore latest --target "$restored-by-restic"
  measured "$name" restore berth bash -c 'berth "$@"' - restore "$work/berth" "$restored"
  served "$name" restore "restore $work/server $restored-by-server"
  local differences each
  for each in "$restored" "$restored-by-server"; do
    differences=$(rsync -aHXn --checksum --modify-window=-1 --delete --itemize-changes "$folder/" "$each/")
    [ -z "$differences" ] || { echo "bench: what was restored differs: $differences" >&2; exit 1; }
  done
}

# What is saved is not measured against another: it has to fit.
alone() { # NAME FOLDER
  local name=$1 folder=$2
  train "$PWD/docs"
  measured "$name" first berth bash -c 'berth "$@"' - save "$work/berth" "$folder"
  measured "$name" unchanged berth bash -c 'berth "$@"' - save "$work/berth" "$folder"
  measured "$name" check berth bash -c 'berth "$@"' - check "$work/berth"
  berth check "$work/berth" | grep -q 'damages=\[\]' || { echo "bench: what was saved is damaged" >&2; exit 1; }
  measured "$name" prune berth bash -c 'berth "$@"' - prune "$work/berth"
  measured "$name" restore berth bash -c 'berth "$@"' - restore "$work/berth" "$work/restored"
  measured "$name" verify berth bash -c 'berth "$@"' - verify "$work/berth" "$work/restored"
  berth verify "$work/berth" "$work/restored" | grep -q 'differences=\[\]' || { echo "bench: what was restored differs" >&2; exit 1; }
  stored "$name" stored berth
  echo "$name: $(du -s --apparent-size -B1M "$folder" | cut -f1) MiB, restored on $(du -s -B1M "$work/restored" | cut -f1) MiB of disk" >&2
  awk 'BEGIN { print "| what | s | memory MiB |"; print "|---|---|---|" }
    $2 == "stored" { printf "| %s: stored, MB | %.1f | |\n", $1, $4 / 1e6; next }
    { printf "| %s: %s | %.2f | %.0f |\n", $1, $2, $4, $5 / 1024 }' "$work/figures"
}

case $rounds in
  many)
    run "" many "$work/unused" "$work/many"
    alone million "$work/many"
    exit ;;
  sparse)
    mkdir "$work/sparse"
    truncate -s 100G "$work/sparse/disk"
    for at in 0 1 7000 50000 99999; do
      head -c 1M /dev/urandom | dd of="$work/sparse/disk" bs=1M seek="$at" conv=notrunc status=none
    done
    alone 100-GB "$work/sparse"
    exit ;;
esac

# Every hundredth file gets a line more.
change_tree() { find "$1" -type f | sort | awk 'NR % 100 == 0' | while read -r file; do echo "// changed" >> "$file"; done; }
# 1 % in the middle is other bytes.
change_large() { head -c 21474836 /dev/urandom | dd of="$1/large" bs=1M seek=700 conv=notrunc status=none; }

train "$tree"
echo "tree: $(find "$tree" -type f | wc -l) files, $(du -sm --apparent-size "$tree" | cut -f1) MiB" >&2
cp -a "$tree" "$work/tree"
serve "$work/tree"
for ((i = 0; i < rounds; i++)); do round tree "$work/tree" change_tree; done
mkdir "$work/file"
{ tar -cf - -C "$work/tree" . | head -c 1G; head -c 2G /dev/urandom; } 2> /dev/null | head -c 2G > "$work/file/large" || true
round file "$work/file" change_large

# The median of the rounds, and how one stands to the other.
sort -k1,2 -s "$work/figures" | awk '
  { key = $1 " " $2; if (!(key in seen)) { seen[key] = 1; order[++keys] = key }
    n = ++count[key, $3]; value[key, $3, n] = $4; if ($5 > most[key, $3]) most[key, $3] = $5 }
  function median(key, tool,   n, i, j, t) {
    n = count[key, tool]
    for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (value[key, tool, i] > value[key, tool, j]) { t = value[key, tool, i]; value[key, tool, i] = value[key, tool, j]; value[key, tool, j] = t }
    return value[key, tool, int((n + 1) / 2)]
  }
  END {
    print "| what | restic | berth in a server | of restic | berth as a process | of restic | memory MiB restic | server | process |"; print "|---|---|---|---|---|---|---|---|---|"
    for (k = 1; k <= keys; k++) { key = order[k]; r = median(key, "restic"); b = median(key, "berth"); s = median(key, "server")
      if (key ~ /stored/) printf "| %s, MB | %.1f | | | %.1f | %.2f | | | |\n", key, r / 1e6, b / 1e6, b / r
      else printf "| %s, s | %.2f | %.2f | %.2f | %.2f | %.2f | %.0f | %.0f | %.0f |\n", key, r, s, s / r, b, b / r, most[key, "restic"] / 1024, most[key, "server"] / 1024, most[key, "berth"] / 1024 }
  }'
