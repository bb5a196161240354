package dev.berth.supervisor.boot;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Notice;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.EditorPlan;
import dev.berth.protocol.inside.GitAuthor;
import dev.berth.protocol.inside.OwnerPlan;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.SizePlan;
import dev.berth.protocol.inside.TaskPlan;
import dev.berth.supervisor.json.Fields;
import dev.berth.supervisor.json.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** The boot plan's JSON. */
public final class BootFile {
  private BootFile() {}

  /** The plan that {@code json} holds. */
  public static BootPlan read(byte[] json) {
    var plan = JsonText.read(json);
    return new BootPlan(
        new WorkspaceId(plan.text("workspace")),
        new InstanceId(plan.text("instance")),
        plan.text("token"),
        plan.text("workspaceUrl"),
        plan.text("dashboardUrl"),
        plan.text("contextUrl"),
        content(plan.object("content")),
        plan.list("tasks", BootFile::task),
        plan.list("ports", BootFile::port),
        plan.texts("env"),
        owner(plan.object("owner")),
        size(plan.object("size")),
        plan.whole("stopGraceSeconds"),
        editor(plan.object("editor")),
        notices(plan),
        plan.optionalObject("definition")
            .map(file ->
                new BootPlan.DefinitionFile(file.text("path"), file.optionalText("digest"))),
        plan.truth("headless"),
        plan.optionalText("user"),
        plan.optionalText("authorities").orElse(""));
  }

  /** Those that {@code message} has, as {@link ToldNotices} are written. */
  public static ToldNotices notices(Fields message) {
    return new ToldNotices(
        message.list("notices"),
        message.list("noticeKinds").stream().map(Notice.Kind::of).toList());
  }

  private static OwnerPlan owner(Fields owner) {
    var author = owner.object("author");
    return new OwnerPlan(
        new UserId(owner.text("id")),
        new GitAuthor(author.text("name"), author.text("email")),
        owner.optionalText("dotfiles"));
  }

  private static SizePlan size(Fields size) {
    return new SizePlan(
        size.text("name"),
        size.whole("cpuMillis"),
        size.number("memoryBytes"),
        size.optionalObject("core")
            .map(core -> new SizePlan.Core(core.number("softBytes"), core.number("hardBytes"))));
  }

  private static ContentPlan content(Fields content) {
    return new ContentPlan(
        content.text("cloneUrl"),
        content.optionalText("checkout"),
        content.optionalText("commit"),
        content.optionalText("ref"),
        content.text("location"),
        content.texts("gitConfig"),
        content.list("beside", BootFile::content),
        Set.copyOf(content.list("withheld")));
  }

  private static EditorPlan editor(Fields editor) {
    return new EditorPlan(
        editor.list("extensions"),
        editor.optionalText("settings").orElse("{}"),
        editor.optionalText("gallery"),
        editor.optionalText("folder"),
        editor.optionalObject("preferences").map(_ -> editor.texts("preferences")),
        editor.list("sharedExtensions"));
  }

  private static TaskPlan task(Fields task) {
    return new TaskPlan(
        task.optionalText("name"),
        task.optionalText("before"),
        task.optionalText("init"),
        task.optionalText("prebuild"),
        task.optionalText("created"),
        task.optionalText("command"),
        task.texts("env"),
        task.optionalText("openIn"),
        task.optionalText("openMode"));
  }

  /** What {@code port} says of a port. */
  public static PortPlan port(Fields port) {
    return new PortPlan(
        port.whole("first"),
        port.whole("last"),
        one(PortPlan.OnOpen.class, port.text("onOpen")),
        one(PortPlan.Visibility.class, port.text("visibility")),
        port.truth("https"),
        port.optionalText("name"),
        port.optionalText("description"));
  }

  private static <E extends Enum<E>> E one(Class<E> kind, String name) {
    for (var each : kind.getEnumConstants()) {
      if (each.name().equals(name)) return each;
    }
    throw new Problem.Invalid(
        "%s is no %s.".formatted(Quoted.text(name), kind.getSimpleName()),
        "Use the gp that came with this workspace.");
  }

  /** The tasks as JSON, for programs of the workspace that look at GITPOD_TASKS. */
  static String write(List<TaskPlan> tasks) {
    return JsonText.write(
        tasks.stream()
            .map(task -> {
              var fields = new LinkedHashMap<String, Object>();
              fields.put("name", task.name());
              fields.put("before", task.before());
              fields.put("init", task.init());
              fields.put("prebuild", task.prebuild());
              fields.put("command", task.command());
              fields.put("env", task.env());
              fields.put("openIn", task.openIn());
              fields.put("openMode", task.openMode());
              return fields;
            })
            .toList());
  }
}
