package dev.berth.supervisor.tasks;

import dev.berth.base.Problem;
import dev.berth.protocol.Notice;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import dev.berth.protocol.inside.TaskPlan;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.content.Beginning;
import dev.berth.supervisor.process.Pty;
import dev.berth.supervisor.terminal.Opening;
import dev.berth.supervisor.terminal.Terminal;
import dev.berth.supervisor.terminal.Terminals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** The terminals that are open from the start. Any thread may ask; one starts them. */
public final class Tasks {
  private static final System.Logger LOG = System.getLogger(Tasks.class.getName());

  /** Until somebody looks and resizes it. */
  private static final Pty.Size SIZE = new Pty.Size(80, 24);

  /** More terminals than these are not opened for tasks; somebody needs one too. */
  private static final int TASKS_MAX = 32;

  /** What a profile may take until the first prompt, before we type anyway. */
  private static final Duration PROMPT_PATIENCE = Duration.ofSeconds(10);

  /** The same for a shell that does not edit lines, so that its prompt cannot be told. */
  private static final Duration PLAIN_PROMPT_PATIENCE = Duration.ofMillis(300);

  /** A shell reads keys a moment before it prints its prompt. */
  private static final Duration PROMPT_QUIET = Duration.ofMillis(30);

  /** From typing to the mark that hides what was typed; longer only when the shell is stuck. */
  private static final Duration ECHO_PATIENCE = Duration.ofSeconds(5);

  /** What a shell answers where there is no such command. */
  private static final int NOT_STARTED = 127;

  private final List<TaskPlan> plans;
  private final Terminals terminals;
  private final WorkspaceUser user;
  private final Path scripts;
  private final RandomGenerator random;
  private final Runnable changed;
  private final List<TaskState> states = new ArrayList<>();

  /** How many of them are told: one whose terminal is just being opened is not. */
  private int told;

  /**
   * @param scripts a folder where what the shells read is put
   * @param random makes what nobody may guess
   */
  public Tasks(
      List<TaskPlan> plans,
      Terminals terminals,
      WorkspaceUser user,
      Path scripts,
      RandomGenerator random,
      Runnable changed) {
    this.plans = List.copyOf(plans);
    this.terminals = terminals;
    this.user = user;
    this.scripts = scripts;
    this.random = random;
    this.changed = changed;
  }

  /**
   * One for each task that was started, in their order; of a prebuild's none before all are, so
   * that their end is not seen too soon.
   */
  public synchronized List<TaskState> states() {
    return List.copyOf(states.subList(0, told));
  }

  /**
   * Opens a terminal for each task, and one for nothing in particular where there is none.
   *
   * @param notices shown at the head of the first
   */
  public void start(Beginning beginning, List<Notice> notices) {
    var head = Notices.head(notices);
    if (plans.isEmpty()) openPlain(head);
    for (int i = 0; i < Math.min(plans.size(), TASKS_MAX); i++) {
      try {
        start(i, beginning, i == 0 ? head : "");
      } catch (Problem | IOException e) {
        LOG.log(System.Logger.Level.ERROR, "task %d cannot be started".formatted(i), e);
        ended(i, Optional.of(NOT_STARTED));
      }
      if (beginning != Beginning.HEADLESS) tell();
    }
    tell();
  }

  private void tell() {
    synchronized (this) {
      told = states.size();
    }
    changed.run();
  }

  /** Opens a terminal, so that one can look at what went wrong. */
  public void startNone(List<Notice> notices) {
    openPlain(Notices.head(notices));
  }

  private void openPlain(String head) {
    try {
      terminals.open(
          Opening.plain(
              user.login(user.folder(), Map.of()),
              SIZE,
              user.shell().getFileName().toString(),
              head));
    } catch (Problem e) {
      LOG.log(System.Logger.Level.ERROR, "no terminal can be opened", e);
    }
  }

  private void start(int index, Beginning beginning, String head) throws IOException {
    var plan = plans.get(index);
    var commandLine = TaskScript.commandLine(plan, beginning);
    var name = plan.name().filter(said -> !said.isBlank()).orElse("Gitpod Task " + (index + 1));
    var markPrefix = "7788;" + HexFormat.of().toHexDigits(random.nextLong()) + ";";
    synchronized (this) {
      states.add(new TaskState(index, name, "", commandLine.isPresent(), Optional.empty()));
    }
    // Nobody looks at a prebuild: a task that runs nothing needs no terminal.
    if (beginning == Beginning.HEADLESS && commandLine.isEmpty()) return;
    var before = beginning == Beginning.PREBUILT ? PrebuildLog.head(scripts, index) : "";
    var terminal =
        terminals.open(
            new Opening(
                user.login(user.folder(), plan.env()),
                SIZE,
                name,
                Optional.of(index),
                head + before,
                markPrefix,
                printed(index, beginning),
                mark -> marked(index, mark),
                code -> ended(index, Optional.of(code))));
    update(
        index,
        state -> new TaskState(index, name, terminal.id(), state.running(), state.exitCode()));
    if (commandLine.isEmpty()) return;
    var script = write(index, commandLine.get(), markPrefix);
    Thread.ofVirtual().name("task-" + index).start(() -> type(terminal, script, commandLine.get()));
  }

  private Consumer<byte[]> printed(int index, Beginning beginning) throws IOException {
    if (beginning != Beginning.HEADLESS) return _ -> {};
    makeFolder();
    return PrebuildLog.create(scripts, index, System.out)::add;
  }

  private void makeFolder() throws IOException {
    if (!Files.isDirectory(scripts, LinkOption.NOFOLLOW_LINKS)) Files.createDirectories(scripts);
  }

  private Path write(int index, String commandLine, String markPrefix) throws IOException {
    makeFolder();
    var script = scripts.resolve("cmd-" + index);
    Files.deleteIfExists(script);
    var text =
        user.hasBash()
            ? TaskScript.bash(script.getFileName().toString(), commandLine, markPrefix)
            : TaskScript.sh(commandLine, markPrefix);
    return Files.writeString(script, text, StandardOpenOption.CREATE_NEW);
  }

  private void type(Terminal terminal, Path script, String commandLine) {
    try {
      awaitPrompt(terminal);
      // The space keeps it out of the history of most shells.
      terminal.typeUnseen(" . %s\n".formatted(script), commandLine.replace("\n", "\r\n") + "\r\n");
      Thread.sleep(ECHO_PATIENCE);
      terminal.showHeld();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Nothing tells of a prompt, so this looks: the shell reads keys, and says no more. */
  private void awaitPrompt(Terminal terminal) throws InterruptedException {
    var patience = user.hasBash() ? PROMPT_PATIENCE : PLAIN_PROMPT_PATIENCE;
    long until = System.nanoTime() + patience.toNanos();
    long quietSince = System.nanoTime();
    long printed = -1;
    while (terminal.exitCode().isEmpty() && System.nanoTime() < until) {
      if (!terminal.readsKeys() || terminal.printedBytes() != printed) {
        quietSince = System.nanoTime();
        printed = terminal.printedBytes();
      } else if (System.nanoTime() - quietSince > PROMPT_QUIET.toNanos()) {
        return;
      }
      Thread.sleep(5);
    }
  }

  private void marked(int index, String mark) {
    if (mark.equals(Opening.BEGIN)) return;
    ended(
        index, mark.matches("[0-9]{1,3}") ? Optional.of(Integer.parseInt(mark)) : Optional.empty());
  }

  /** The first end counts: a shell goes on, and may say more. */
  private void ended(int index, Optional<Integer> code) {
    update(
        index,
        state ->
            state.running()
                ? new TaskState(index, state.name(), state.terminal(), false, code)
                : state);
  }

  private void update(int index, UnaryOperator<TaskState> change) {
    synchronized (this) {
      for (int i = 0; i < states.size(); i++) {
        if (states.get(i).index() == index) states.set(i, change.apply(states.get(i)));
      }
    }
    changed.run();
  }
}
