package dev.berth.cli.api;

import dev.berth.base.Problem;
import dev.berth.base.http.PlainHttp;
import dev.berth.base.http.ProblemAnswer;
import dev.berth.base.json.Json;
import dev.berth.base.text.Reason;
import dev.berth.base.trust.ProcessTrust;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.CheckView;
import dev.berth.protocol.api.DrillRequest;
import dev.berth.protocol.api.DrillView;
import dev.berth.protocol.api.ForkRequest;
import dev.berth.protocol.api.LoginLink;
import dev.berth.protocol.api.Me;
import dev.berth.protocol.api.NewSshKey;
import dev.berth.protocol.api.OpenRequest;
import dev.berth.protocol.api.OwnerToken;
import dev.berth.protocol.api.PointChanges;
import dev.berth.protocol.api.PointList;
import dev.berth.protocol.api.PointView;
import dev.berth.protocol.api.PrebuildList;
import dev.berth.protocol.api.PrebuildRequest;
import dev.berth.protocol.api.PrebuildView;
import dev.berth.protocol.api.SavedFolder;
import dev.berth.protocol.api.SshKeyList;
import dev.berth.protocol.api.SshKeyView;
import dev.berth.protocol.api.StoreView;
import dev.berth.protocol.api.WorkspaceEvent;
import dev.berth.protocol.api.WorkspaceList;
import dev.berth.protocol.api.WorkspaceView;
import dev.berth.protocol.check.ChecksView;
import dev.berth.protocol.route.LeaderView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Calls the API of the installation that runs on this machine. */
public final class Api implements AutoCloseable {
  /** Of whoever waits for what goes on in the server. */
  public static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(300);

  /** As long as one control may take to follow another that was killed. */
  private static final Duration CHANGE_OVER = Duration.ofSeconds(20);

  private static final String LEADER = "/internal/v1/leader";

  private final Home.Server server;
  private final String token;

  /** Where the API is: another than the server's where that stands by. */
  private volatile String base;

  private final HttpClient client =
      PlainHttp.client().connectTimeout(Duration.ofSeconds(5)).build();

  private Api(Home.Server server, String token) {
    this.server = server;
    this.token = token;
    this.base = server.api();
  }

  /** {@link Problem.Unavailable} where none runs. */
  public static Api connect(Home home) {
    var server =
        home.server()
            .orElseThrow(() ->
                new Problem.Unavailable(
                    "No Berth runs with the folder %s.".formatted(home.folder()),
                    "Start it with `berth up`, or set BERTH_HOME to the folder of one that runs."));
    ProcessTrust.resume(home.trust()); // as the server does
    try {
      return new Api(server, Files.readString(home.token()));
    } catch (IOException e) {
      throw new Problem.Refused(
          "The token %s cannot be read: %s.".formatted(home.token(), Reason.of(e)),
          "Run as the user that runs `berth up`, usually root.");
    }
  }

  public Home.Server server() {
    return server;
  }

  /** With the definition in {@code file}, or the one that comes first. */
  public WorkspaceView open(String contextUrl, Optional<String> file) throws InterruptedException {
    return call(
        "POST",
        "/api/v1/workspaces",
        Optional.of(new OpenRequest(contextUrl, Optional.empty(), file)),
        WorkspaceView.class);
  }

  public WorkspaceList list() throws InterruptedException {
    return call("GET", "/api/v1/workspaces", Optional.empty(), WorkspaceList.class);
  }

  /** Those that were deleted and can be had back. */
  public WorkspaceList deleted() throws InterruptedException {
    return call("GET", "/api/v1/workspaces?deleted=true", Optional.empty(), WorkspaceList.class);
  }

  public WorkspaceView find(WorkspaceId id) throws InterruptedException {
    return call("GET", path(id, ""), Optional.empty(), WorkspaceView.class);
  }

  public WorkspaceView startWithDefaultImage(WorkspaceId id) throws InterruptedException {
    return call("POST", path(id, "/start?image=default"), Optional.empty(), WorkspaceView.class);
  }

  public WorkspaceView start(WorkspaceId id) throws InterruptedException {
    return call("POST", path(id, "/start"), Optional.empty(), WorkspaceView.class);
  }

  public WorkspaceView stop(WorkspaceId id) throws InterruptedException {
    return call("POST", path(id, "/stop"), Optional.empty(), WorkspaceView.class);
  }

  /** So that it can be had back for a time. */
  public WorkspaceView delete(WorkspaceId id) throws InterruptedException {
    return call("DELETE", path(id, ""), Optional.empty(), WorkspaceView.class);
  }

  /** For good. */
  public WorkspaceView deleteNow(WorkspaceId id) throws InterruptedException {
    return call("DELETE", path(id, "?now=true"), Optional.empty(), WorkspaceView.class);
  }

  public WorkspaceView undelete(WorkspaceId id) throws InterruptedException {
    return call("POST", path(id, "/undelete"), Optional.empty(), WorkspaceView.class);
  }

  public WorkspaceView pin(WorkspaceId id) throws InterruptedException {
    return call("POST", path(id, "/pin"), Optional.empty(), WorkspaceView.class);
  }

  public WorkspaceView unpin(WorkspaceId id) throws InterruptedException {
    return call("POST", path(id, "/unpin"), Optional.empty(), WorkspaceView.class);
  }

  public OwnerToken token(WorkspaceId id) throws InterruptedException {
    return call("GET", path(id, "/token"), Optional.empty(), OwnerToken.class);
  }

  public LoginLink loginLink() throws InterruptedException {
    return call("POST", "/api/v1/login-links", Optional.empty(), LoginLink.class);
  }

  public Me me() throws InterruptedException {
    return call("GET", "/api/v1/me", Optional.empty(), Me.class);
  }

  public StoreView store() throws InterruptedException {
    return call("GET", "/api/v1/store", Optional.empty(), StoreView.class);
  }

  public ChecksView checks() throws InterruptedException {
    return call("GET", "/api/v1/installation/checks", Optional.empty(), ChecksView.class);
  }

  public ChecksView beginChecks() throws InterruptedException {
    return call("POST", "/api/v1/installation/checks", Optional.empty(), ChecksView.class);
  }

  public SshKeyList sshKeys() throws InterruptedException {
    return call("GET", "/api/v1/ssh-keys", Optional.empty(), SshKeyList.class);
  }

  public SshKeyView addSshKey(NewSshKey key) throws InterruptedException {
    return call("POST", "/api/v1/ssh-keys", Optional.of(key), SshKeyView.class);
  }

  public void deleteSshKey(String id) throws InterruptedException {
    bytes("DELETE", "/api/v1/ssh-keys/" + id, Optional.empty());
  }

  public String logs(WorkspaceId id) throws InterruptedException {
    return new String(bytes("GET", path(id, "/logs"), Optional.empty()), StandardCharsets.UTF_8);
  }

  public PointList points(WorkspaceId id) throws InterruptedException {
    return call("GET", path(id, "/points"), Optional.empty(), PointList.class);
  }

  public PointView save(WorkspaceId id) throws InterruptedException {
    return call("POST", path(id, "/points"), Optional.empty(), PointView.class);
  }

  public WorkspaceView fork(WorkspaceId id, Optional<String> point) throws InterruptedException {
    var asked = Optional.<Object>of(new ForkRequest(point));
    return call("POST", path(id, "/fork"), asked, WorkspaceView.class);
  }

  public PrebuildView prebuild(String contextUrl, boolean again) throws InterruptedException {
    var asked = Optional.<Object>of(new PrebuildRequest(contextUrl, Optional.of(again)));
    return call("POST", "/api/v1/prebuilds", asked, PrebuildView.class);
  }

  public PrebuildView findPrebuild(WorkspaceId id) throws InterruptedException {
    return call("GET", "/api/v1/prebuilds/" + id, Optional.empty(), PrebuildView.class);
  }

  public PrebuildList prebuilds() throws InterruptedException {
    return call("GET", "/api/v1/prebuilds", Optional.empty(), PrebuildList.class);
  }

  public SavedFolder folder(WorkspaceId id, String point, String path, Optional<String> after)
      throws InterruptedException {
    var more = after.map(name -> "&after=" + encoded(name)).orElse("");
    return call(
        "GET",
        pathOf(id, point, "/files?path=" + encoded(path) + more),
        Optional.empty(),
        SavedFolder.class);
  }

  public PointChanges changes(WorkspaceId id, String point, Optional<String> since)
      throws InterruptedException {
    var query = since.map(one -> "?since=" + encoded(one)).orElse("");
    return call("GET", pathOf(id, point, "/changes" + query), Optional.empty(), PointChanges.class);
  }

  public CheckView beginCheck(boolean bucket) throws InterruptedException {
    return call("POST", "/api/v1/check?bucket=" + bucket, Optional.empty(), CheckView.class);
  }

  public CheckView check() throws InterruptedException {
    return call("GET", "/api/v1/check", Optional.empty(), CheckView.class);
  }

  public DrillView beginDrill(Optional<WorkspaceId> only) throws InterruptedException {
    return call("POST", "/api/v1/drill", Optional.of(new DrillRequest(only)), DrillView.class);
  }

  public DrillView drill() throws InterruptedException {
    return call("GET", "/api/v1/drill", Optional.empty(), DrillView.class);
  }

  /** Writes a folder of a point as an archive; fails where it breaks off. */
  public void tar(WorkspaceId id, String point, String path, OutputStream out)
      throws IOException, InterruptedException {
    download(pathOf(id, point, "/tar?path=" + encoded(path)), out);
  }

  /** Writes a file of a point; {@link Problem.Invalid} where it is none. */
  public void file(WorkspaceId id, String point, String path, OutputStream out)
      throws IOException, InterruptedException {
    download(pathOf(id, point, "/file?path=" + encoded(path)), out);
  }

  private void download(String path, OutputStream out) throws IOException, InterruptedException {
    var answer = send(() -> request(path).build(), HttpResponse.BodyHandlers.ofInputStream());
    try (var body = answer.body()) {
      if (answer.statusCode() == 200) body.transferTo(out);
      else throw ProblemAnswer.read(Json.read(body.readAllBytes(), ProblemAnswer.class));
    }
  }

  private static String pathOf(WorkspaceId id, String point, String end) {
    if (!point.matches("[0-9a-z-]{1,64}")) {
      throw new Problem.Invalid(
          "That is no saved moment.", "Take one that `berth points %s` lists.".formatted(id));
    }
    return path(id, "/points/" + point + end);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /**
   * Follows a workspace until {@code until} says of its phase that it is enough.
   *
   * @param each is shown each phase; {@code Optional.empty} once the workspace is gone
   */
  public void follow(WorkspaceId id, Consumer<Optional<WorkspaceView>> each, Until until)
      throws InterruptedException {
    try {
      var answer =
          send(() -> request("/api/v1/events").build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body();
          var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          if (!line.startsWith("data: ")) continue;
          switch (Json.read(line.substring(6), WorkspaceEvent.class)) {
            case WorkspaceEvent.All(var all) -> {
              var mine = all.stream().filter(view -> view.id().equals(id)).findFirst();
              each.accept(mine);
              if (mine.isEmpty() || until.enough(mine.get().phase())) return;
            }
            case WorkspaceEvent.Changed(var view) -> {
              if (!view.id().equals(id)) break;
              each.accept(Optional.of(view));
              if (until.enough(view.phase())) return;
            }
            case WorkspaceEvent.Gone(var gone) -> {
              if (!gone.equals(id)) break;
              each.accept(Optional.empty());
              return;
            }
          }
        }
      }
      throw new Problem.Unavailable(
          "The server ended while the workspace %s was waited for.".formatted(id),
          "The workspace goes on as asked; look with `berth list` once `berth up` runs again.");
    } catch (IOException e) {
      throw away(e);
    }
  }

  /** Says of a phase whether it was waited for. */
  public interface Until {
    boolean enough(Phase phase);
  }

  private <T> T call(String method, String path, Optional<Object> body, Class<T> type)
      throws InterruptedException {
    return Json.read(bytes(method, path, body), type);
  }

  private byte[] bytes(String method, String path, Optional<Object> body)
      throws InterruptedException {
    var publisher =
        body.map(value -> HttpRequest.BodyPublishers.ofByteArray(Json.bytes(value)))
            .orElseGet(HttpRequest.BodyPublishers::noBody);
    try {
      // Resolving a large repository over a slow line is allowed minutes.
      var answer =
          send(
              () ->
                  request(path)
                      .method(method, publisher)
                      .header("content-type", "application/json")
                      .timeout(Duration.ofMinutes(5))
                      .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() < 300) return answer.body();
      throw ProblemAnswer.read(Json.read(answer.body(), ProblemAnswer.class));
    } catch (IOException e) {
      throw away(e);
    }
  }

  /** Asks the control that leads, which may be another than the one on this machine. */
  private <T> HttpResponse<T> send(
      Supplier<HttpRequest> request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + CHANGE_OVER.toNanos();
    while (true) {
      HttpResponse<T> answer;
      try {
        answer = client.send(request.get(), handler);
      } catch (ConnectException e) {
        // The one that led is gone, and the one here still names it.
        if (base.equals(server.api()) || System.nanoTime() - until > 0) throw e;
        base = server.api();
        Thread.sleep(BETWEEN_QUESTIONS);
        continue;
      }
      // What one that stands by was asked is not done; what one that leads cannot do is told.
      if (answer.statusCode() != 503 || !isStandby() || System.nanoTime() - until > 0) {
        return answer;
      }
      Thread.sleep(BETWEEN_QUESTIONS);
    }
  }

  /** Whether the server on this machine stands by; then the one that leads is asked from now on. */
  private boolean isStandby() throws IOException, InterruptedException {
    var asked =
        HttpRequest.newBuilder(URI.create(server.api() + LEADER))
            .header("authorization", "Bearer " + token)
            .build();
    var answer = client.send(asked, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) return false; // it is the only one, and leads
    var leader = Json.read(answer.body(), LeaderView.class);
    var other = leader.address().filter(_ -> !leader.leads()).map(at -> "http://" + at);
    boolean same = base.equals(other.orElse(server.api()));
    base = other.orElse(server.api());
    return !leader.leads() || !same;
  }

  private Problem away(IOException e) {
    return new Problem.Unavailable(
        "The server at %s does not answer: %s."
            .formatted(base, Optional.ofNullable(e.getMessage()).orElse("the connection broke")),
        "Start it with `berth up` where it has ended; what it printed last says why.",
        e);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .header("authorization", "Bearer " + token);
  }

  private static String path(WorkspaceId id, String end) {
    return "/api/v1/workspaces/" + id + end;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
