#!/bin/sh
# Measures the way from a click on a stopped workspace to its editor in use, in Chromium; see README.md. Needs root and chromium.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-10}
java=$(dist/find-jdk)/bin/java
[ -x /usr/bin/chromium ] || { echo "bench: chromium is missing: apt-get install chromium" >&2; exit 69; }
BERTH_HOME=$(mktemp -d /var/tmp/berth-bench.XXXXXX)
export BERTH_HOME
images=${BERTH_BENCH_IMAGES:-$BERTH_HOME/images}
editors=${BERTH_BENCH_EDITORS:-$BERTH_HOME/editors}
git init -q "$BERTH_HOME/source"
printf '# Bench\n' > "$BERTH_HOME/source/README.md"
printf 'exports.answer = 42;\n' > "$BERTH_HOME/source/index.js"
git -C "$BERTH_HOME/source" add .
git -C "$BERTH_HOME/source" -c user.name=bench -c user.email=bench@localhost commit -q -m first
printf 'git:\n  folders: [%s]\nimages:\n  folder: %s\n  packages: [procps]\neditor:\n  cache: %s\n' \
  "$BERTH_HOME/source" "$images" "$editors" > "$BERTH_HOME/berth.yaml"
./berth version >&2
./mvnw -q -pl bench -am -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/classpath
./berth up --port 18437 > "$BERTH_HOME/link" &
up=$!
# A server that is down leaves its bridge and its rules for the next one; there is none.
leave() {
  ./berth down >&2 || true
  wait $up 2>/dev/null || true
  subnet=$(sed -n 's/.*"subnet" *: *"\([^"]*\)".*/\1/p' "$BERTH_HOME/instances/network.json" || true)
  bridge=$(ip -o route show "${subnet:-none}" 2>/dev/null | sed -n 's/.* dev \(berth-[0-9a-f]*\).*/\1/p')
  [ -z "$bridge" ] || { ip link del "$bridge"; nft delete table inet "$bridge"; }
  rm -rf "$BERTH_HOME"
}
trap leave EXIT
until [ -s "$BERTH_HOME/link" ]; do kill -0 $up || exit 1; sleep 0.2; done
PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 "$java" --enable-native-access=ALL-UNNAMED \
  -cp "bench/target/classes:$(cat bench/target/classpath)" \
  dev.berth.bench.start.EditorBench "$BERTH_HOME" "$(head -n 1 "$BERTH_HOME/link")" "file://$BERTH_HOME/source" "$rounds"
