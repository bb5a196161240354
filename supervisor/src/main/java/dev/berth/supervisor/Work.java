package dev.berth.supervisor;

import dev.berth.protocol.Notice;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.supervisor.api.Status;
import dev.berth.supervisor.content.Content;
import dev.berth.supervisor.content.Dotfiles;
import dev.berth.supervisor.definition.DefinitionWatch;
import dev.berth.supervisor.ide.Ide;
import dev.berth.supervisor.ports.ListeningPorts;
import dev.berth.supervisor.tasks.Tasks;
import java.util.ArrayList;
import java.util.List;

/** What a supervisor does in its instance by itself, one after the other and side by side. */
final class Work {
  private final Content content;
  private final Dotfiles dotfiles;
  private final Tasks tasks;
  private final Ide ide;
  private final Thread looking;
  private final Thread serving;
  private final Thread watching;

  Work(
      Content content,
      Dotfiles dotfiles,
      Tasks tasks,
      ListeningPorts ports,
      Ide ide,
      DefinitionWatch definition) {
    this.content = content;
    this.dotfiles = dotfiles;
    this.tasks = tasks;
    this.ide = ide;
    this.looking = Thread.ofVirtual().name("ports").unstarted(ports::run);
    this.serving = Thread.ofVirtual().name("ide").unstarted(ide::run);
    this.watching = Thread.ofVirtual().name("definition").unstarted(definition::run);
  }

  /**
   * Makes the files and starts the tasks; returns when all is on its way.
   *
   * @param status knows what the tasks' terminals say first, once the files are there
   */
  void run(Status status) throws InterruptedException {
    looking.start();
    serving.start();
    var settingUp = Thread.ofVirtual().name("dotfiles").start(this::prepareDotfiles);
    content.prepare();
    settingUp.join(); // the tasks' shells read them
    switch (content.state()) {
      case ContentState.Ready _ -> tasks.start(content.beginning(), status.notices());
      case ContentState.Failed(var what, var remedy) -> {
        var notices = new ArrayList<>(List.of(Notice.error(what + " " + remedy)));
        notices.addAll(status.notices());
        tasks.startNone(notices);
      }
      case ContentState.Preparing _ -> throw new IllegalStateException("content is not settled");
    }
    // Before the history comes, which may take minutes: what the file closes counts at once.
    watching.start();
    content.complete();
    ide.contentIsThere();
  }

  /** Ends what goes on for as long as the instance runs. */
  void stop() {
    looking.interrupt();
    serving.interrupt();
    watching.interrupt();
  }

  private void prepareDotfiles() {
    try {
      dotfiles.prepare();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the instance is ending
    }
  }
}
