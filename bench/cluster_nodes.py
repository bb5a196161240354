"""Nodes and pods of a Kubernetes cluster that are not there, for measuring control: bench/README.md.

Makes a node, keeps it ready, and says of each pod that the scheduler puts on it what a kubelet would: that it runs at
ADDRESS. There it answers as the supervisor of a quiet workspace and as its content container. A pod that is asked to
end is gone at once.

  cluster_nodes.py API ADDRESS NODE LABEL     API is one of `kubectl proxy`, for example http://127.0.0.1:8001
"""

import asyncio
import datetime
import json
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

API, ADDRESS, NODE, LABEL = sys.argv[1:5]
PATCH = "application/strategic-merge-patch+json"
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
workers = ThreadPoolExecutor(16)


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def ask(method, path, body=None, kind="application/json"):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(API + path, data, {"Content-Type": kind}, method=method)
    try:
        with opener.open(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as e:
        if e.code in (404, 409):
            return None
        raise


def condition(kind, status="True"):
    return {"type": kind, "status": status, "lastTransitionTime": now(), "lastHeartbeatTime": now()}


def beat():
    """A kubelet's word that its node is well; nodes without one are unreachable after 40 s."""
    size = {"cpu": "10000", "memory": "100Ti", "pods": "5000", "ephemeral-storage": "1000Ti"}
    handlers = [{"name": "", "features": {"userNamespaces": True, "recursiveReadOnlyMounts": True}}]
    status = {
        "capacity": size,
        "allocatable": size,
        "conditions": [condition("Ready"), *(condition(c + "Pressure", "False") for c in ("Memory", "Disk", "PID"))],
        "runtimeHandlers": handlers,
        "nodeInfo": {"containerRuntimeVersion": "containerd://2.2.0"},
    }
    ask("PATCH", f"/api/v1/nodes/{NODE}/status", {"status": status}, PATCH)
    lease = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": NODE, "namespace": "kube-node-lease"},
        "spec": {"holderIdentity": NODE, "leaseDurationSeconds": 40, "renewTime": now().replace("Z", ".000000Z")},
    }
    leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
    if ask("PATCH", f"{leases}/{NODE}", {"spec": lease["spec"]}, "application/merge-patch+json") is None:
        ask("POST", leases, lease)


def make_node():
    labels = {f"{LABEL}/workload_workspace_regular": "true", f"{LABEL}/workload_workspace_headless": "true"}
    taints = [{"key": LABEL, "value": "simulated", "effect": "NoSchedule"}]
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE, "labels": labels}, "spec": {"taints": taints}}
    ask("POST", "/api/v1/nodes", node)
    beat()


def runs(pod):
    """The status of a pod whose containers all run."""
    running = {"running": {"startedAt": now()}}

    def container(one):
        named = {"name": one["name"], "image": one["image"], "imageID": one["image"]}
        return {**named, "ready": True, "started": True, "restartCount": 0, "state": running}

    kinds = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
    return {
        "phase": "Running",
        "podIP": ADDRESS,
        "podIPs": [{"ip": ADDRESS}],
        "startTime": now(),
        "conditions": [{"type": kind, "status": "True", "lastTransitionTime": now()} for kind in kinds],
        "initContainerStatuses": [container(one) for one in pod["spec"].get("initContainers", [])],
        "containerStatuses": [container(one) for one in pod["spec"]["containers"]],
    }


def care(pod):
    meta = pod["metadata"]
    path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
    if meta.get("deletionTimestamp"):
        ask("DELETE", path, {"gracePeriodSeconds": 0, "preconditions": {"uid": meta["uid"]}})
    elif pod.get("status", {}).get("phase") == "Pending":
        ask("PATCH", path + "/status", {"status": runs(pod)}, PATCH)


def watch():
    while True:
        try:
            at = f"/api/v1/pods?fieldSelector=spec.nodeName={NODE}"
            found = ask("GET", at)
            for pod in found["items"]:
                workers.submit(care, pod)
            version = found["metadata"]["resourceVersion"]
            request = f"{API}{at}&watch=true&timeoutSeconds=300&resourceVersion={version}"
            with opener.open(request, timeout=310) as events:
                for line in events:
                    event = json.loads(line)
                    if event["type"] in ("ADDED", "MODIFIED"):
                        workers.submit(care, event["object"])
        except (OSError, ValueError) as e:
            print("watching again:", e, file=sys.stderr)


SUPERVISOR = json.dumps({
    "content": {"kind": "ready", "restart": False},
    "steps": [],
    "tasks": [],
    "ports": [],
    "notices": [],
    "definition": {"kind": "asOpened"},
}).encode()


def content():
    return json.dumps({"restored": True, "saved": now(), "notices": []}).encode()


async def answer(reader, writer, words):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if b" /_supervisor/v1/errands" in head.split(b"\r\n", 1)[0]:
                await asyncio.sleep(30)  # nothing to tell, as a quiet one
                body = b'{"errands":[]}'
            else:
                body = words()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
            writer.write(body)
            await writer.drain()
    except (asyncio.IncompleteReadError, OSError):
        pass
    finally:
        writer.close()


async def main():
    make_node()
    loop = asyncio.get_running_loop()
    loop.run_in_executor(None, watch)
    await asyncio.start_server(lambda r, w: answer(r, w, lambda: SUPERVISOR), ADDRESS, 22999, backlog=2000)
    await asyncio.start_server(lambda r, w: answer(r, w, content), ADDRESS, 22998, backlog=2000)
    while True:
        await loop.run_in_executor(None, beat)
        await asyncio.sleep(10)


asyncio.run(main())
