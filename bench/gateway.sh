#!/bin/sh
# Measures the gateway against nginx and Caddy (Debian: wrk nginx-light caddy); see README.md.
set -eu
cd "$(dirname "$0")/.."
for program in wrk nginx caddy; do
  command -v "$program" >/dev/null || { echo "bench: $program is missing: apt-get install wrk nginx-light caddy" >&2; exit 69; }
done
./mvnw -q -pl bench -am -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/classpath
java=$(dist/find-jdk)/bin/java
exec "$java" --enable-native-access=ALL-UNNAMED \
  -cp "bench/target/classes:$(cat bench/target/classpath)" dev.berth.bench.gateway.GatewayBench
