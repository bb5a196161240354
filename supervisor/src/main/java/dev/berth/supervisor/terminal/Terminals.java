package dev.berth.supervisor.terminal;

import dev.berth.base.Problem;
import dev.berth.supervisor.process.Processes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The instance's terminals. Any thread may call. */
public final class Terminals {
  /** With a scrollback of a MiB each they fill what heap there is. */
  static final int TERMINALS_MAX = 64;

  private final Processes processes;
  private final Runnable changed;
  private final Map<String, Terminal> terminals = new LinkedHashMap<>();
  private int opened;
  private volatile Optional<Instant> lastInput = Optional.empty();
  private volatile Optional<Instant> lastOutput = Optional.empty();

  /**
   * @param changed called, from any thread, when a terminal came, went, ended or has a new title
   */
  public Terminals(Processes processes, Runnable changed) {
    this.processes = processes;
    this.changed = changed;
  }

  /** Opens one; {@link Problem.Conflict} where there are too many. */
  public Terminal open(Opening opening) {
    Terminal terminal;
    synchronized (this) {
      if (terminals.size() >= TERMINALS_MAX) {
        throw new Problem.Conflict(
            "There are %d terminals, and more are not kept.".formatted(TERMINALS_MAX),
            "Close one that is not needed.");
      }
      var pty = processes.startInTerminal(opening.launch(), opening.size());
      opened++;
      terminal = new Terminal("t" + opened, opening, pty, this);
      terminals.put(terminal.id(), terminal);
    }
    terminal.run();
    changed();
    return terminal;
  }

  public synchronized List<Terminal> all() {
    return new ArrayList<>(terminals.values());
  }

  /** The one of that id; {@link Problem.Missing} where there is none. */
  public synchronized Terminal get(String id) {
    var terminal = terminals.get(id);
    if (terminal == null) {
      throw new Problem.Missing(
          "There is no terminal %s.".formatted(id), "List the terminals and take one of those.");
    }
    return terminal;
  }

  /** Ends all that runs in it and forgets it. */
  public void delete(String id) throws InterruptedException {
    Terminal terminal;
    synchronized (this) {
      terminal = get(id);
      terminals.remove(id);
    }
    terminal.end();
    changed();
  }

  /** When somebody last typed. */
  public Optional<Instant> lastInput() {
    return lastInput;
  }

  /** When something last was printed. */
  public Optional<Instant> lastOutput() {
    return lastOutput;
  }

  void typed() {
    lastInput = Optional.of(Instant.now());
  }

  void printed() {
    lastOutput = Optional.of(Instant.now());
  }

  void changed() {
    changed.run();
  }
}
