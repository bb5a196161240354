#!/bin/sh
# Measures the start of a stopped workspace against a bare `runc run` of the same image; see README.md. Needs root.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-20}
. bench/installation.sh
repository .
settings ""
compile
begin 18433
await_editor

# The bare container: the default image's files, read-only, and a shell that prints a word.
bundle=$BERTH_HOME/bundle
mkdir "$bundle"
(cd "$bundle" && runc spec)
rootfs=$(find "$images/local" -maxdepth 2 -name rootfs -not -path '*/.draft*' | head -n 1)
sed -i -e 's/"terminal": true/"terminal": false/' -e 's/"sh"$/"sh", "-c", "echo prompt"/' -e "s#\"path\": \"rootfs\"#\"path\": \"$rootfs\"#" "$bundle/config.json"
# shellcheck disable=SC2046
sed -i '/"rlimits"/,/\],/d' "$bundle/config.json"

"$java" --enable-native-access=ALL-UNNAMED -Djdk.httpclient.allowRestrictedHeaders=host \
  -cp "bench/target/classes:$(cat bench/target/classpath)" \
  dev.berth.bench.start.StartBench "$BERTH_HOME" "file://$BERTH_HOME/source" "$bundle" "$rounds"
