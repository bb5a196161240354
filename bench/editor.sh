#!/bin/sh
# Measures the way from a click on a stopped workspace to its editor in use, in Chromium; see README.md. Needs root and chromium.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-10}
[ -x /usr/bin/chromium ] || { echo "bench: chromium is missing: apt-get install chromium" >&2; exit 69; }
. bench/installation.sh
mkdir "$BERTH_HOME/source"
printf '# Bench\n' > "$BERTH_HOME/source/README.md"
printf 'exports.answer = 42;\n' > "$BERTH_HOME/source/index.js"
repository .
settings "editor: {cache: ${BERTH_BENCH_EDITORS:-$BERTH_HOME/editors}}"
compile
begin 18437
PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 "$java" --enable-native-access=ALL-UNNAMED \
  -cp "bench/target/classes:$(cat bench/target/classpath)" \
  dev.berth.bench.start.EditorBench "$BERTH_HOME" "$(head -n 1 "$BERTH_HOME/link")" "file://$BERTH_HOME/source" "$rounds"
