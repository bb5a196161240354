"""Copies a file and bounces bytes over two SSH servers in turn; bench/ssh.sh calls it. Standard library only."""
import os, statistics, subprocess, sys, time

mebibytes, rounds, work = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
places = {"sshd": sys.argv[4].split(":"), "berth": sys.argv[5].split(":")}
options = ["-F", "/dev/null", "-i", work + "/key", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
           "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
source = work + "/random"
with open(source, "wb") as file:
    for _ in range(mebibytes):
        file.write(os.urandom(1 << 20))


def copy(who, up):
    place, port, folder = places[who]
    there = "%s:%s/copied" % (place, folder)
    line = ["scp", "-q", *options, "-P", port, *([source, there] if up else [there, work + "/back"])]
    began = time.perf_counter()
    subprocess.run(line, check=True)
    return mebibytes / (time.perf_counter() - began)


def echo(who):
    """A byte there and back, as a key that is typed; microseconds, sorted."""
    place, port, _ = places[who]
    ssh = subprocess.Popen(["ssh", *options, "-p", port, place, "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    times = []
    for i in range(2200):
        began = time.perf_counter()
        ssh.stdin.write(b"x")
        ssh.stdout.read(1)
        if i >= 200:
            times.append((time.perf_counter() - began) * 1e6)
        time.sleep(0.0005)
    ssh.stdin.close()
    ssh.wait()
    return sorted(times)


def login(who):
    place, port, _ = places[who]
    began = time.perf_counter()
    subprocess.run(["ssh", *options, "-p", port, place, "true"], check=True)
    return (time.perf_counter() - began) * 1e3


for who in places:  # the gateway's compilers have seen it before
    for up in (True, False):
        copy(who, up)
    echo(who)
seen = {who: {"up": [], "down": [], "p50": [], "p99": [], "login": []} for who in places}
for _ in range(rounds):
    for who in places:
        seen[who]["up"].append(copy(who, True))
        seen[who]["down"].append(copy(who, False))
        times = echo(who)
        seen[who]["p50"].append(times[len(times) // 2])
        seen[who]["p99"].append(times[len(times) * 99 // 100])
        seen[who]["login"] += [login(who) for _ in range(5)]
print("| server | scp up MiB/s | of sshd | scp down MiB/s | of sshd | echo p50 us | p99 us | login and `true` ms |")
print("|---|---|---|---|---|---|---|---|")
middle = {who: {what: statistics.median(all) for what, all in figures.items()} for who, figures in seen.items()}
for who, m in middle.items():
    print("| %s | %.0f | %.2f | %.0f | %.2f | %.0f | %.0f | %.0f |" % (
        who, m["up"], m["up"] / middle["sshd"]["up"], m["down"], m["down"] / middle["sshd"]["down"], m["p50"], m["p99"], m["login"]))
