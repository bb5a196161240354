package dev.berth.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.http.FreePorts;
import dev.berth.base.json.Json;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Notice;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.EditorPlan;
import dev.berth.protocol.inside.GitAuthor;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.protocol.inside.OwnerPlan;
import dev.berth.protocol.inside.SizePlan;
import dev.berth.protocol.inside.TaskPlan;
import dev.berth.supervisor.boot.Account;
import dev.berth.supervisor.boot.TrustedAuthorities;
import dev.berth.supervisor.ide.Ide;
import dev.berth.supervisor.process.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A supervisor in this JVM, over folders of the test, whose user's processes are real ones. */
public final class TestInstance implements AutoCloseable {
  /** Where a test's editor is to listen: none of the usual ones, which this machine may use. */
  public static final int IDE_PORT = FreePorts.next();

  public static final String TOKEN = "a-token-for-tests";

  private final Path folder;
  private final InstanceId id;
  private final Supervisor supervisor;
  private final Thread running;
  private final TestClient client;

  private TestInstance(Path folder, InstanceId id, Supervisor supervisor) {
    this.folder = folder;
    this.id = id;
    this.supervisor = supervisor;
    this.client = new TestClient("127.0.0.1:" + supervisor.address().getPort(), TOKEN);
    this.running = Thread.ofPlatform().start(this::run);
  }

  public InstanceId id() {
    return id;
  }

  private void run() {
    try {
      supervisor.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One whose files are made by {@code content} and that runs {@code tasks}. */
  public static TestInstance start(Path folder, ContentPlan content, List<TaskPlan> tasks)
      throws IOException {
    return start(folder, plan(content, tasks, List.of()));
  }

  public static TestInstance start(Path folder, BootPlan plan) throws IOException {
    Files.setAttribute(folder, "unix:mode", 0755);
    var home = Files.createDirectories(folder.resolve("home"));
    Account.own(home);
    var account =
        new Account(Account.NAME, new Identity(Account.ID, Account.ID, List.of()), home, List.of());
    var place =
        new Supervisor.Place(
            account,
            TrustedAuthorities.NONE,
            folder.resolve("workspace"),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            List.of(folder.resolve("run/supervisor.sock")),
            new Ide.Place(folder.resolve("ide"), IDE_PORT, folder.resolve("links")),
            folder.resolve("gp"),
            Instant.now());
    return new TestInstance(
        folder, plan.instance(), Supervisor.open(plan, place, Map.of("PATH", path())));
  }

  private static String path() {
    return "/usr/local/bin:/usr/bin:/bin";
  }

  public static BootPlan plan(ContentPlan content, List<TaskPlan> tasks, List<Notice> notices) {
    return new BootPlan(
        new WorkspaceId("octo-hello-abcdefghijk"),
        InstanceId.create(),
        TOKEN,
        "http://octo-hello-abcdefghijk.ws.localhost",
        "http://localhost",
        content.cloneUrl(),
        content,
        tasks,
        List.of(),
        Map.of("FROM_PLAN", "yes"),
        new OwnerPlan(
            new UserId("11111111-2222-4333-8444-555555555555"),
            new GitAuthor("Octo Cat", "octo@example.org"),
            Optional.empty()),
        new SizePlan("standard", 2000, 4L << 30),
        2,
        EditorPlan.PLAIN,
        ToldNotices.of(notices),
        Optional.empty(),
        false,
        Optional.empty(),
        "");
  }

  /** The content of a branch of a repository in a folder. */
  public static ContentPlan branch(TestRepository repository, String branch) {
    return new ContentPlan(
        repository.url(),
        Optional.of(branch),
        repository.commit(branch),
        Optional.of("refs/heads/" + branch),
        "hello",
        Map.of());
  }

  public static TaskPlan task(String name, String before, String init, String command) {
    return new TaskPlan(
        Optional.of(name), text(before), text(init), text(command), Map.of("FROM_TASK", name));
  }

  private static Optional<String> text(String part) {
    return Optional.of(part).filter(some -> !some.isEmpty());
  }

  public TestClient client() {
    return client;
  }

  public Path workspace() {
    return folder.resolve("workspace");
  }

  public Path door() {
    return folder.resolve("run/supervisor.sock");
  }

  public Path home() {
    return folder.resolve("home");
  }

  public Path repository() {
    return workspace().resolve("hello");
  }

  public InstanceStatus status() throws Exception {
    return Json.read(client.get("status").body(), InstanceStatus.class);
  }

  /** Waits for the content to be there. */
  public InstanceStatus ready() throws Exception {
    var status = settled();
    assertThat(status.content()).isInstanceOf(ContentState.Ready.class);
    return status;
  }

  /** Waits for the content to be there or to have failed. */
  public InstanceStatus settled() throws Exception {
    InstanceStatus status;
    do {
      status = Json.read(client.get("status?wait=10000").body(), InstanceStatus.class);
    } while (status.content() instanceof ContentState.Preparing);
    return status;
  }

  @Override
  public void close() {
    try {
      running.interrupt();
      supervisor.stop();
      running.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
