#!/bin/sh
# Measures SSH through the gateway against OpenSSH's own server on this machine; see README.md. Needs root, openssh-server and python3.
set -eu
cd "$(dirname "$0")/.."
mebibytes=${1:-1024}
rounds=${2:-3}
for program in scp python3 /usr/sbin/sshd; do
  command -v "$program" >/dev/null || { echo "bench: $program is missing: apt-get install openssh-client openssh-server python3" >&2; exit 69; }
done
. bench/installation.sh
ssh_port=18435
sshd_port=18436
repository .
settings "ssh: {port: $ssh_port}"

# The peer: the distribution's server with its defaults, for this user and the same key.
peer=$BERTH_HOME/peer
mkdir "$peer"
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f "$peer/key"
ssh-keygen -q -t ed25519 -N '' -f "$peer/host"
cat > "$peer/config" <<END
Port $sshd_port
ListenAddress 127.0.0.1
HostKey $peer/host
AuthorizedKeysFile $peer/key.pub
StrictModes no
PermitRootLogin yes
UsePAM no
PidFile $peer/pid
Subsystem sftp /usr/lib/openssh/sftp-server
END
/usr/sbin/sshd -f "$peer/config"

end() {
  kill "$(cat "$peer/pid")" || true
  leave
}
trap end EXIT
begin 18434
./berth ssh-key add "$peer/key.pub" >&2
./berth open "file://$BERTH_HOME/source" --wait >&2
id=$(./berth list --json | sed 's/.*"id":"\([a-z0-9-]*\)".*/\1/')
python3 bench/ssh_bench.py "$mebibytes" "$rounds" "$peer" "root@127.0.0.1:$sshd_port:$peer" "$id@127.0.0.1:$ssh_port:/workspace"
