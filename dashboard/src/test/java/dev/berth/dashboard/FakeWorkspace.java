package dev.berth.dashboard;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a control plane would say of one workspace, to be put together by a test, while the server's
 * threads tell of it. Every method that touches it locks.
 */
final class FakeWorkspace {
  private final Map<String, Object> view = new TreeMap<>();

  FakeWorkspace(String id, String repository, String url) {
    view.put("id", id);
    view.put("url", url);
    view.put("contextUrl", "https://git.example.org/" + repository);
    view.put("repository", repository);
    view.put("cloneUrl", "https://git.example.org/" + repository + ".git");
    view.put("folder", "/workspace/" + repository.substring(repository.indexOf('/') + 1));
    view.put("ref", "refs/heads/main");
    view.put("commit", "3f786850e387550fdab836ed7e6dc881de23001b");
    view.put("size", "standard");
    view.put("createdAt", ago(3600).toString());
    view.put("lastActiveAt", ago(200).toString());
    view.put("steps", List.of());
    view.put("findings", List.of());
    view.put("notices", List.of());
    view.put("ports", List.of());
    view.put("pinned", false);
    stopped("You stopped it.");
  }

  synchronized String id() {
    return (String) view.getOrDefault("id", "");
  }

  /** As it is now. */
  synchronized Map<String, Object> view() {
    return new TreeMap<>(view);
  }

  synchronized FakeWorkspace with(String name, Object value) {
    view.put(name, value);
    return this;
  }

  FakeWorkspace pending() {
    return with("intent", Map.of("kind", "run")).phase("pending", Map.of());
  }

  FakeWorkspace starting(List<Map<String, Object>> steps) {
    return with("intent", Map.of("kind", "run")).phase("starting", Map.of("steps", steps));
  }

  FakeWorkspace running() {
    return with("intent", Map.of("kind", "run")).phase("running", Map.of());
  }

  FakeWorkspace stopped(String why) {
    return with("intent", Map.of("kind", "stop", "why", why)).phase("stopped", Map.of("why", why));
  }

  FakeWorkspace deleted() {
    var intent =
        Map.of("kind", "discard", "since", ago(60).toString(), "why", "Its owner deleted it.");
    return with("intent", intent).with("keptUntil", ago(60 - 14 * 86400).toString());
  }

  /** Nobody uses it, and after so many hours more it is deleted by itself. */
  FakeWorkspace goingIn(int hours) {
    return with("keptUntil", ago(-3600 * hours - 60).toString());
  }

  synchronized FakeWorkspace pinned() {
    view.remove("keptUntil");
    return with("pinned", true);
  }

  FakeWorkspace failed(String what, String remedy) {
    return with("intent", Map.of("kind", "run"))
        .phase("failed", Map.of("what", what, "remedy", remedy));
  }

  synchronized FakeWorkspace port(int port, String name, String visibility, boolean served) {
    return with(
        "ports",
        List.of(
            Map.of(
                "port",
                port,
                "name",
                name,
                "visibility",
                visibility,
                "onOpen",
                "notify",
                "served",
                served,
                "url",
                String.valueOf(view.get("url")).replace("://", "://" + port + "-"))));
  }

  static Map<String, Object> step(String name, double began, double ended, String detail) {
    var step = new TreeMap<String, Object>();
    var now = Instant.now(); // one for both: what is between them is shown
    step.put("name", name);
    step.put("began", before(now, began).toString());
    if (ended >= 0) step.put("ended", before(now, ended).toString());
    step.put("detail", detail);
    return step;
  }

  static Instant ago(double seconds) {
    return before(Instant.now(), seconds);
  }

  private static Instant before(Instant now, double seconds) {
    return now.minusMillis((long) (seconds * 1000));
  }

  private FakeWorkspace phase(String kind, Map<String, Object> more) {
    var phase = new TreeMap<String, Object>(more);
    phase.put("kind", kind);
    phase.put("since", Instant.now().toString());
    return with("phase", phase);
  }
}
