package dev.berth.supervisor.api;

import dev.berth.base.http.Header;
import dev.berth.base.http.Response;
import dev.berth.protocol.Notice;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import dev.berth.protocol.inside.InstanceStatus.ServedPort;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.definition.LiveJson;
import dev.berth.supervisor.json.JsonText;
import dev.berth.supervisor.terminal.Terminal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the API shows, as maps that become JSON: the names are those of the protocol's records. */
final class Views {
  private Views() {}

  static Response.Whole answer(int status, Object view) {
    return answer(status, JsonText.write(view).getBytes(StandardCharsets.UTF_8));
  }

  static Response.Whole answer(int status, byte[] json) {
    return new Response.Whole(
        status,
        List.of(
            new Header("content-type", "application/json"),
            new Header("cache-control", "no-store")),
        json);
  }

  /** What the instance's user may know of the plan: all but the token. */
  static Map<String, Object> info(BootPlan plan, WorkspaceUser user) {
    var size = plan.size();
    return view(
        "workspace", plan.workspace(),
        "instance", plan.instance(),
        "workspaceUrl", plan.workspaceUrl(),
        "dashboardUrl", plan.dashboardUrl(),
        "contextUrl", plan.contextUrl(),
        "cloneUrl", plan.content().cloneUrl(),
        "repository", user.repository(),
        "owner", plan.owner().id(),
        "size",
            view(
                "name", size.name(),
                "cpuMillis", size.cpuMillis(),
                "memoryBytes", size.memoryBytes()));
  }

  static Map<String, Object> status(InstanceStatus status) {
    return view(
        "content", content(status.content()),
        "steps", status.steps().stream().map(Views::step).toList(),
        "tasks", status.tasks().stream().map(Views::task).toList(),
        "ports", status.ports().stream().map(Views::port).toList(),
        "editor", status.editor().map(Views::editor),
        "lastInput", status.lastInput(),
        "lastOutput", status.lastOutput(),
        "notices", status.told().notices(),
        "noticeKinds", status.told().noticeKinds().stream().map(Notice.Kind::word).toList(),
        "definition", LiveJson.map(status.definition()));
  }

  private static Map<String, Object> content(ContentState state) {
    return switch (state) {
      case ContentState.Preparing _ -> view("kind", "preparing");
      case ContentState.Ready(var restart) -> view("kind", "ready", "restart", restart);
      case ContentState.Failed(var what, var remedy) ->
          view("kind", "failed", "what", what, "remedy", remedy);
    };
  }

  private static Map<String, Object> editor(EditorState state) {
    return switch (state) {
      case EditorState.Starting _ -> view("kind", "starting");
      case EditorState.Ready(var port) -> view("kind", "ready", "port", port);
      case EditorState.Failed(var what, var remedy) ->
          view("kind", "failed", "what", what, "remedy", remedy);
    };
  }

  private static Map<String, Object> step(StartStep step) {
    return view(
        "name", step.name(), "began", step.began(), "ended", step.ended(), "detail", step.detail());
  }

  private static Map<String, Object> task(TaskState task) {
    return view(
        "index", task.index(),
        "name", task.name(),
        "terminal", task.terminal(),
        "running", task.running(),
        "exitCode", task.exitCode());
  }

  private static Map<String, Object> port(ServedPort port) {
    return view("port", port.port(), "loopbackOnly", port.loopbackOnly());
  }

  static Map<String, Object> terminal(Terminal terminal) {
    var exit = terminal.exitCode();
    var size = terminal.size();
    return view(
        "id", terminal.id(),
        "title", terminal.title(),
        "task", terminal.task(),
        "running", exit.isEmpty(),
        "exitCode", exit,
        "cols", size.cols(),
        "rows", size.rows());
  }

  /** What a client is told of a failure, as ProblemAnswer has it. */
  static Map<String, Object> error(String kind, String what, String remedy) {
    return view("error", view("kind", kind, "what", what, "remedy", remedy));
  }

  /** Names and values, in turn. */
  static Map<String, Object> view(Object... namesAndValues) {
    var view = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      view.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return view;
  }
}
