#!/bin/sh
# Measures the start of a stopped workspace against a bare `runc run` of the same image; see README.md. Needs root.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-20}
java=$(dist/find-jdk)/bin/java
BERTH_HOME=$(mktemp -d /var/tmp/berth-bench.XXXXXX)
export BERTH_HOME
images=${BERTH_BENCH_IMAGES:-$BERTH_HOME/images}
git init -q "$BERTH_HOME/source"
git -C "$BERTH_HOME/source" -c user.name=bench -c user.email=bench@localhost commit -q --allow-empty -m first
printf 'git:\n  folders: [%s]\nimages:\n  folder: %s\n  packages: [procps]\n' "$BERTH_HOME/source" "$images" > "$BERTH_HOME/berth.yaml"
./berth version >&2
./mvnw -q -pl bench -am -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/classpath
port=18433
./berth up --port $port > "$BERTH_HOME/link" 2> "$BERTH_HOME/up.log" &
up=$!
trap './berth down >&2 || true; wait $up 2>/dev/null || true; rm -rf "$BERTH_HOME"' EXIT
# The editor is made once in an installation's life, in the background.
until [ -s "$BERTH_HOME/link" ] && grep -q 'is ready for the browser' "$BERTH_HOME/up.log"; do
  kill -0 $up || { tail "$BERTH_HOME/up.log" >&2; exit 1; }
  sleep 0.2
done

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
