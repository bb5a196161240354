# Sourced by the benches: an installation of its own in $BERTH_HOME, which is gone when the bench ends. Needs root.
# $images is where its default image lies, $java the JDK's java.
java=$(dist/find-jdk)/bin/java
BERTH_HOME=$(mktemp -d /var/tmp/berth-bench.XXXXXX)
export BERTH_HOME
images=${BERTH_BENCH_IMAGES:-$BERTH_HOME/images}
up=""

# repository NAME: commits all that lies in $BERTH_HOME/source/NAME, which is "." for the folder itself.
repository() {
  mkdir -p "$BERTH_HOME/source/$1"
  git init -q -b main "$BERTH_HOME/source/$1"
  git -C "$BERTH_HOME/source/$1" add .
  git -C "$BERTH_HOME/source/$1" -c user.name=bench -c user.email=bench@localhost commit -q --allow-empty -m first
}

# settings LINES: those of its berth.yaml besides its folders.
settings() {
  printf 'git:\n  folders: [%s]\nimages:\n  folder: %s\n  packages: [procps]\n%s\n' "$BERTH_HOME/source" "$images" "$1" > "$BERTH_HOME/berth.yaml"
}

# The classes of the benches that are written in Java.
compile() {
  ./mvnw -q -pl bench -am -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/classpath
}

# A server that is down leaves its bridge and its rules for the next one; there is none.
leave() {
  [ -z "$up" ] || ./berth down >&2 || true
  [ -z "$up" ] || wait "$up" 2>/dev/null || true
  subnet=$(sed -n 's/.*"subnet" *: *"\([^"]*\)".*/\1/p' "$BERTH_HOME/instances/network.json" 2>/dev/null || true)
  bridge=$(ip -o route show "${subnet:-none}" 2>/dev/null | sed -n 's/.* dev \(berth-[0-9a-f]*\).*/\1/p')
  [ -z "$bridge" ] || { ip link del "$bridge"; nft delete table inet "$bridge"; }
  rm -rf "$BERTH_HOME"
}
trap leave EXIT

# begin PORT: builds and starts it; returns when it has printed its link.
begin() {
  ./berth version >&2
  ./berth up --port "$1" > "$BERTH_HOME/link" 2> "$BERTH_HOME/up.log" &
  up=$!
  until [ -s "$BERTH_HOME/link" ]; do
    kill -0 $up || { tail "$BERTH_HOME/up.log" >&2; exit 1; }
    sleep 0.2
  done
}

# The editor is made once in an installation's life, in the background.
await_editor() {
  until grep -q 'is ready for the browser' "$BERTH_HOME/up.log"; do
    kill -0 $up || { tail "$BERTH_HOME/up.log" >&2; exit 1; }
    sleep 0.2
  done
}
