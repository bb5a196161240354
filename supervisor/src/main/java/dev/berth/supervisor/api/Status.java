package dev.berth.supervisor.api;

import dev.berth.protocol.Notice;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.supervisor.content.Content;
import dev.berth.supervisor.content.Dotfiles;
import dev.berth.supervisor.definition.DefinitionWatch;
import dev.berth.supervisor.ide.Ide;
import dev.berth.supervisor.ports.ListeningPorts;
import dev.berth.supervisor.process.ProcessLimit;
import dev.berth.supervisor.tasks.Tasks;
import dev.berth.supervisor.terminal.Terminals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is answered when the instance is asked how it is: put together each time. */
public final class Status {
  private final Content content;
  private final Dotfiles dotfiles;
  private final Tasks tasks;
  private final ListeningPorts ports;
  private final Terminals terminals;
  private final Ide ide;
  private final DefinitionWatch definition;
  private final List<Notice> notices;
  private final Instant began;
  private final ProcessLimit limit = ProcessLimit.ofInstance();
  private volatile Optional<Instant> answering = Optional.empty();

  /**
   * @param notices of the start, before any of the content
   * @param began when the supervisor was executed
   */
  public Status(
      Content content,
      Dotfiles dotfiles,
      Tasks tasks,
      ListeningPorts ports,
      Terminals terminals,
      Ide ide,
      DefinitionWatch definition,
      List<Notice> notices,
      Instant began) {
    this.content = content;
    this.dotfiles = dotfiles;
    this.tasks = tasks;
    this.ports = ports;
    this.terminals = terminals;
    this.ide = ide;
    this.definition = definition;
    this.notices = List.copyOf(notices);
    this.began = began;
  }

  /** From now on requests are answered. */
  public void answers() {
    answering = Optional.of(Instant.now());
  }

  /** All notices for the user. */
  public List<Notice> notices() {
    var all = new ArrayList<>(notices);
    all.addAll(content.notices());
    all.addAll(ide.notices());
    all.addAll(dotfiles.notices());
    limit.notice().ifPresent(all::add);
    return all;
  }

  void awaitContent(Duration patience) throws InterruptedException {
    content.await(patience);
  }

  InstanceStatus now() {
    return new InstanceStatus(
        content.state(),
        List.of(new StartStep("boot", began, answering, ""), content.step()),
        tasks.states(),
        ports.served(),
        ide.state(),
        terminals.lastInput(),
        terminals.lastOutput(),
        notices(),
        definition.now());
  }
}
