package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.supervisor.json.Fields;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The tasks' terminals. */
final class TaskList {
  private TaskList() {}

  private record Task(String terminal, String name, boolean running) {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of("tasks list", "Show the tasks and their terminals", TaskList::list)
            .with(Flag.of("no-color", "print no colours (there are none)")),
        Verb.of("tasks attach", "Look at a task's terminal, and type into it", TaskList::attach)
            .taking(0, 1, "[terminal-id]")
            .with(
                Flag.of('i', "interactive", "type into it too; Ctrl-C goes to the task"),
                Flag.of('r', "force-resize", "give it the size of this terminal")),
        Verb.of("tasks stop", "Close tasks' terminals with what runs in them", TaskList::stop)
            .taking(0, 1, "[terminal-id]")
            .with(
                Flag.of('a', "all", "all tasks"),
                Flag.of('f', "force-success", "for prebuilds: count a stopped task as succeeded")));
  }

  private static List<Task> tasks(Call call) {
    return tasks(call, call.door().get("terminals").list("terminals", f -> f));
  }

  private static List<Task> tasks(Call call, List<Fields> terminals) {
    var running =
        terminals.stream()
            .filter(terminal -> terminal.truth("running"))
            .map(terminal -> terminal.text("id"))
            .toList();
    return call.door().get("status").list("tasks", f -> f).stream()
        .map(task -> task(task, running))
        .toList();
  }

  private static Task task(Fields task, List<String> running) {
    var terminal = task.text("terminal");
    return new Task(terminal, task.text("name"), running.contains(terminal));
  }

  private static int list(Call call) {
    var tasks = tasks(call);
    if (tasks.isEmpty()) {
      call.caller().err().println("No tasks are defined.");
      return 0;
    }
    var table = new Table("Terminal ID", "Name", "State");
    for (var task : tasks) {
      table.row(task.terminal(), task.name(), task.running() ? "running" : "closed");
    }
    table.print(call.caller().out());
    return 0;
  }

  /** The one that is named, or the only one. */
  private static String chosen(Call call) {
    var terminals = call.door().get("terminals").list("terminals", f -> f);
    var tasks = tasks(call, terminals);
    Optional<String> named = call.operand(0);
    if (named.isPresent()) {
      if (terminals.stream().anyMatch(one -> one.text("id").equals(named.get())))
        return named.get();
      throw unknown(named.get(), tasks);
    }
    var running = tasks.stream().filter(Task::running).toList();
    if (running.size() == 1) return running.getFirst().terminal();
    throw new Problem.Invalid(
        running.isEmpty() ? "No task is running." : "There are %d tasks.".formatted(running.size()),
        running.isEmpty()
            ? "gp tasks list shows all."
            : "Name a terminal of: %s.".formatted(words(running)));
  }

  private static Problem unknown(String named, List<Task> tasks) {
    var running = tasks.stream().filter(Task::running).toList();
    var what =
        tasks.stream()
            .filter(task -> task.terminal().equals(named))
            .findFirst()
            .map(task -> "The terminal %s is closed.".formatted(words(List.of(task))))
            .orElseGet(() -> "There is no task's terminal %s.".formatted(Quoted.text(named)));
    return new Problem.Missing(
        what,
        running.isEmpty()
            ? "No task is running; gp tasks list shows all."
            : "These are running: %s.".formatted(words(running)));
  }

  private static String words(List<Task> tasks) {
    return tasks.stream()
        .map(task -> "%s (%s)".formatted(task.terminal(), Quoted.printable(task.name(), 100)))
        .collect(Collectors.joining(", "));
  }

  private static int attach(Call call) throws IOException, InterruptedException {
    return Attachment.run(
        call.door(),
        chosen(call),
        call.caller(),
        call.has("interactive"),
        call.has("force-resize"));
  }

  private static int stop(Call call) {
    if (call.has("all")) {
      tasks(call).stream()
          .filter(Task::running)
          .forEach(task -> call.door().delete("terminals/" + task.terminal()));
      return 0;
    }
    call.door().delete("terminals/" + chosen(call));
    return 0;
  }
}
