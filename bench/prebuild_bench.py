"""What prebuild.sh measures: BERTH_HOME, port, rounds."""
import http.client
import json
import os
import subprocess
import sys
import time

home, port, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
token = open(home + "/token").read().strip()
connection = http.client.HTTPConnection("127.0.0.1", port)


def call(method, path, body=None):
    headers = {"host": "berth.localhost:%d" % port, "authorization": "Bearer " + token}
    if body is not None:
        headers["content-type"] = "application/json"
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    data = answer.read()
    if answer.status >= 300:
        raise SystemExit("%s %s: %d %s" % (method, path, answer.status, data))
    return json.loads(data)


def until(path, done):
    while True:
        seen = call("GET", path)
        if done(seen):
            return seen
        time.sleep(0.01)


def phase(kind):
    def of(view):
        if view["phase"]["kind"] == "failed":
            raise SystemExit(view["phase"])
        return view["phase"]["kind"] == kind
    return of


def running(view):
    return until("/api/v1/workspaces/" + view["id"], phase("running"))


def stopped(view):
    call("POST", "/api/v1/workspaces/%s/stop" % view["id"])
    return until("/api/v1/workspaces/" + view["id"], phase("stopped"))


def delete(view):
    call("DELETE", "/api/v1/workspaces/" + view["id"] + "?now=true")
    path = "%s/instances/workspaces/%s" % (home, view["id"])
    while os.path.exists(path):
        time.sleep(0.05)


def timed(work):
    began = time.monotonic()
    result = work()
    return result, 1000 * (time.monotonic() - began)


def source(name):
    return "file://%s/source/%s" % (home, name)


def prebuild(name):
    made, took = timed(lambda: until("/api/v1/prebuilds/" + call("POST", "/api/v1/prebuilds", {"contextUrl": source(name)})["id"],
                                     lambda view: view["state"] not in ("queued", "building")))
    if made["state"] != "available":
        raise SystemExit(made)
    print("prebuild of %s: %.1f s with its save" % (name, took / 1000), flush=True)


def open_one(name):
    return running(call("POST", "/api/v1/workspaces", {"contextUrl": source(name)}))


def settle():
    """Lets saves that wait for half a minute not fall into what is measured."""
    os.sync()
    time.sleep(1)


def row(what, times):
    times = sorted(times)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    print("| %s | %.0f | %.0f | %.0f |" % (what, times[len(times) // 2], p95, times[0]), flush=True)


def files(view):
    top = "%s/instances/workspaces/%s" % (home, view["id"])
    return subprocess.run(["du", "-sm", top], capture_output=True, text=True).stdout.split()[0]


prebuild("empty")
prebuild("large")
starts = {"empty": [], "large": []}
for name in starts:
    delete(open_one(name))  # the first makes the layer, by renaming
for _ in range(rounds):
    for name in starts:
        view, took = timed(lambda: open_one(name))
        starts[name].append(took)
        delete(view)
print("\n| milliseconds, API call to running | p50 | p95 | least |\n|---|---|---|---|")
for name in starts:
    row("start on the %s prebuild" % name, starts[name])


def fork(view):
    return running(call("POST", "/api/v1/workspaces/%s/fork" % view["id"], {}))


def forks(what, base):
    times = []
    for _ in range(rounds):
        made, took = timed(lambda: fork(base))
        times.append(took)
        delete(made)
    row(what, times)


for name in starts:
    base = open_one(name)
    delete(fork(base))
    settle()
    forks("fork of a running one on the %s prebuild" % name, base)
    base = stopped(base)
    call("POST", "/api/v1/workspaces/%s/points" % base["id"], {})
    settle()
    forks("fork of a stopped one on the %s prebuild" % name, base)
    print("  its own files: %s MB" % files(base), flush=True)
    delete(base)
