package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Header;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.base.posix.Name;
import dev.berth.control.account.Accounts.Caller;
import dev.berth.control.workspace.Forks;
import dev.berth.control.workspace.Workspaces;
import dev.berth.protocol.InsidePath;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.PointChanges;
import dev.berth.protocol.api.PointView;
import dev.berth.protocol.api.SavedFolder;
import dev.berth.runtime.SavedFiles;
import dev.berth.runtime.SavedFiles.Moment;
import dev.berth.runtime.Saves;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What owners ask of the files of saved moments: to look at, to compare, to take out. */
final class SavedFileRoutes {
  /** One write for each of them, which waits for the network. */
  private static final int PIECE_BYTES = 256 << 10;

  private final Workspaces workspaces;
  private final Saves saves;

  SavedFileRoutes(Workspaces workspaces, Saves saves) {
    this.workspaces = workspaces;
    this.saves = saves;
  }

  void addTo(Router router, Doors doors) {
    var point = "/api/v1/workspaces/{id}/points/{point}";
    router
        .on("GET", point + "/files", doors.owner(this::list))
        .on("GET", point + "/file", doors.owner(this::file))
        .on("GET", point + "/tar", doors.owner(this::tar))
        .on("GET", point + "/changes", doors.owner(this::changes));
  }

  private Response list(Request request, Caller caller) throws InterruptedException {
    var path = path(request);
    Optional<Name> after = request.parameter("after").flatMap(Name::unescaped);
    var page = saves.files().page(moment(request, caller), path, after);
    return Response.json(
        200,
        new SavedFolder(
            path.toString(),
            page.items().stream().map(SavedFileRoutes::view).toList(),
            page.more() ? Optional.of(page.items().getLast().name().escaped()) : Optional.empty()));
  }

  private static SavedFolder.Item view(SavedFiles.Item item) {
    return new SavedFolder.Item(
        item.name().escaped(),
        kind(item.kind()),
        item.bytes(),
        item.modified(),
        "%04o".formatted(item.rights()),
        item.target().map(Name::escaped));
  }

  private static SavedFolder.Kind kind(SavedFiles.Kind kind) {
    return switch (kind) {
      case FILE -> SavedFolder.Kind.FILE;
      case FOLDER -> SavedFolder.Kind.FOLDER;
      case LINK -> SavedFolder.Kind.LINK;
      case PIPE -> SavedFolder.Kind.PIPE;
      case DELETED -> SavedFolder.Kind.DELETED;
    };
  }

  /** What is not there is told before the first byte. */
  private Response file(Request request, Caller caller) throws InterruptedException {
    var moment = moment(request, caller);
    var path = path(request);
    var item = saves.files().item(moment, path);
    if (item.kind() != SavedFiles.Kind.FILE) {
      throw new Problem.Invalid(
          "%s is no file.".formatted(path), "A folder can be had as an archive.");
    }
    return new Response.Streamed(
        200,
        download("application/octet-stream", item.name()),
        OptionalLong.of(item.bytes()),
        sink -> written(sink, out -> saves.files().file(moment, path, out)));
  }

  private Response tar(Request request, Caller caller) throws InterruptedException {
    var moment = moment(request, caller);
    var path = path(request);
    var item = saves.files().item(moment, path);
    if (item.kind() != SavedFiles.Kind.FOLDER) {
      throw new Problem.Invalid("%s is no folder.".formatted(path), "A file can be had as it is.");
    }
    var time = moment.point().substring(0, moment.point().indexOf('-'));
    var folder = path.names().isEmpty() ? "" : "-" + path.names().getLast();
    var name = Name.of("%s-%s%s.tar".formatted(moment.workspace(), time, folder));
    return new Response.Streamed(
        200,
        download("application/x-tar", name),
        OptionalLong.empty(),
        sink -> written(sink, out -> saves.files().tar(moment, path, out)));
  }

  /**
   * A workspace's file must not become a page of the dashboard's origin, whatever a browser thinks
   * of it.
   */
  private static List<Header> download(String type, Name name) {
    return List.of(
        new Header("content-type", type),
        new Header("content-disposition", disposition(name)),
        new Header("content-security-policy", "sandbox; default-src 'none'"),
        new Header("x-content-type-options", "nosniff"),
        new Header("cache-control", "no-store"));
  }

  /** The name as it is (RFC 5987), and for those who do not know that one that is like it. */
  private static String disposition(Name name) {
    var plain = new StringBuilder();
    var exact = new StringBuilder();
    for (byte b : name.bytes()) {
      char letter = (char) (b & 0xff);
      boolean simple =
          letter < 128 && (Character.isLetterOrDigit(letter) || "._-".indexOf(letter) >= 0);
      plain.append(simple ? letter : '_');
      if (simple) exact.append(letter);
      else exact.append("%%%02X".formatted(b & 0xff));
    }
    return "attachment; filename=\"%s\"; filename*=UTF-8''%s".formatted(plain, exact);
  }

  private Response changes(Request request, Caller caller) throws InterruptedException {
    var moment = moment(request, caller);
    var named = request.parameter("since");
    var since = named.isPresent() ? named : before(moment);
    if (named.isPresent()) known(moment, named.get());
    var compared = saves.files().compare(since, moment);
    return Response.json(
        200,
        new PointChanges(
            since,
            moment.point(),
            view(compared.counts()),
            compared.changes().stream().map(SavedFileRoutes::view).toList(),
            compared.more(),
            compared.all()));
  }

  static PointView.Changed view(SavedFiles.Counts counts) {
    return new PointView.Changed(counts.added(), counts.changed(), counts.removed());
  }

  private static PointChanges.Change view(SavedFiles.Change change) {
    var what =
        switch (change.what()) {
          case ADDED -> PointChanges.What.ADDED;
          case CHANGED -> PointChanges.What.CHANGED;
          case REMOVED -> PointChanges.What.REMOVED;
        };
    return new PointChanges.Change(
        what,
        change.path().toString(),
        kind(change.kind()),
        change.files(),
        change.bytesBefore(),
        change.bytesNow());
  }

  /** The newest moment that is older. */
  private Optional<String> before(Moment moment) throws InterruptedException {
    return saves.newest(moment.workspace(), moment.owner(), Optional.of(moment.point()));
  }

  private Moment moment(Request request, Caller caller) throws InterruptedException {
    var workspace = workspaces.find(caller.user().id(), new WorkspaceId(request.variable("id")));
    var moment = new Moment(workspace.id(), workspace.owner(), request.variable("point"));
    known(moment, moment.point());
    return moment;
  }

  private void known(Moment moment, String point) throws InterruptedException {
    if (saves.has(moment.workspace(), moment.owner(), point)) return;
    throw Forks.unknown(moment.workspace());
  }

  private static InsidePath path(Request request) {
    return request.parameter("path").map(InsidePath::parse).orElse(InsidePath.ROOT);
  }

  /** Writes a body. */
  private interface Body {
    void writeTo(OutputStream out) throws IOException, InterruptedException;
  }

  private static void written(Response.BodySink sink, Body body)
      throws IOException, InterruptedException {
    var out = new BufferedOutputStream(new Pieces(sink), PIECE_BYTES);
    body.writeTo(out);
    out.flush();
  }

  /** A body that is written as a stream. */
  private static final class Pieces extends OutputStream {
    private final Response.BodySink sink;

    Pieces(Response.BodySink sink) {
      this.sink = sink;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        sink.write(bytes, offset, length);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the client is gone");
      }
    }
  }
}
