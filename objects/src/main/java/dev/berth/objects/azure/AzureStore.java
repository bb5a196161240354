package dev.berth.objects.azure;

import dev.berth.base.Problem;
import dev.berth.objects.BucketStore;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.http.Answer;
import dev.berth.objects.http.Call;
import dev.berth.objects.http.Md5;
import dev.berth.objects.http.Service;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps each object as a block blob under its name in one container. What is sent carries its MD5,
 * which the service checks and keeps; what is read is checked against it. Tries nothing twice:
 * {@code Retrying} does.
 */
public final class AzureStore implements BucketStore, AutoCloseable {
  /** Of the service's API; the oldest that has all we use, so that older servers know it. */
  static final String VERSION = "2020-12-06";

  /** What is larger than a block is sent in such. */
  private static final Portions USUAL = new Portions(MOST_LISTED, 16 << 20);

  /** Of more than this it is asked first whether it is there, which spares the sending. */
  private static final int WORTH_ASKING_BYTES = 1 << 20;

  /** The service tells the MD5 of no longer range. */
  private static final int CHECKED_RANGE_BYTES = 4 << 20;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final AzureOptions options;
  private final Portions portions;
  private final Service service;
  private final Door door;
  private final Answers answers;
  private final Pages pages = new Pages();
  private final Clock clock = Clock.systemUTC();

  /** In what portions it is asked. */
  record Portions(int listed, int blockBytes) {}

  private AzureStore(AzureOptions options, Portions portions, Service service, Door door) {
    this.options = options;
    this.portions = portions;
    this.service = service;
    this.door = door;
    this.answers = new Answers(options.toString());
  }

  /** The store in the container of {@code options}; asks the service nothing yet. */
  public static AzureStore open(AzureOptions options) {
    return open(options, USUAL);
  }

  static AzureStore open(AzureOptions options, Portions portions) {
    var service = Service.open(options.toString(), options.authorities());
    return new AzureStore(options, portions, service, Door.of(options));
  }

  private Answer ask(Call call) throws IOException, InterruptedException {
    var dated = call.with("x-ms-version", VERSION).with("x-ms-date", DATE.format(clock.instant()));
    return door.ask(service, dated);
  }

  private URI container(String query) {
    return URI.create("%s/%s?%s".formatted(options.address(), options.container(), query));
  }

  private URI blob(ObjectName name, String query) {
    return URI.create("%s/%s/%s%s".formatted(options.address(), options.container(), name, query));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  // ---- writing

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    if (bytes.remaining() > WORTH_ASKING_BYTES && find(name).isPresent()) return false;
    if (bytes.remaining() > portions.blockBytes()) return putInParts(name, bytes);
    var answer =
        ask(
            Call.of("PUT", blob(name, ""))
                .with("x-ms-blob-type", "BlockBlob")
                .with("content-type", "application/octet-stream")
                .with("content-md5", Md5.of(bytes))
                .with("if-none-match", "*")
                .with(bytes));
    return isPut(name, answer);
  }

  private boolean isPut(ObjectName name, Answer answer) throws IOException {
    pages.written(name);
    if (isTaken(answer)) return false;
    expectGood(answer);
    return true;
  }

  private static boolean isTaken(Answer answer) {
    return answer.status() == 412
        || (answer.status() == 409 && Answers.code(answer).equals("BlobAlreadyExists"));
  }

  /**
   * Writes as {@link #putIfAbsent} does, in the way in which what is large is written, whatever the
   * size: to try that out. Nothing is under the name before the last call, which is the one that
   * may lose; what was sent of it then goes by itself within a week.
   *
   * @param bytes at least one
   */
  public boolean putInParts(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    var upload = UUID.randomUUID(); // another writer of the same name has other blocks
    var blocks = new ArrayList<String>();
    int length = portions.blockBytes();
    for (int at = bytes.position(); at < bytes.limit(); at += length) {
      var block = bytes.duplicate().position(at).limit(Math.min(at + length, bytes.limit()));
      var id = id(upload, blocks.size());
      expectGood(
          ask(
              Call.of("PUT", blob(name, "?comp=block&blockid=" + encoded(id)))
                  .with("content-md5", Md5.of(block))
                  .with(block)));
      blocks.add(id);
    }
    var list = ByteBuffer.wrap(list(blocks).getBytes(StandardCharsets.US_ASCII));
    var answer =
        ask(
            Call.of("PUT", blob(name, "?comp=blocklist"))
                .with("content-type", "text/plain")
                .with("content-md5", Md5.of(list))
                .with("x-ms-blob-content-type", "application/octet-stream")
                .with("x-ms-blob-content-md5", Md5.of(bytes))
                .with("if-none-match", "*")
                .with(list));
    return isPut(name, answer);
  }

  /** All of one blob have the same length, as they must. */
  private static String id(UUID upload, int number) {
    var text = "%s-%04d".formatted(upload, number);
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String list(List<String> blocks) {
    var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
    for (var id : blocks) xml.append("<Uncommitted>").append(id).append("</Uncommitted>");
    return xml.append("</BlockList>").toString();
  }

  @Override
  public void delete(ObjectName name) throws IOException, InterruptedException {
    var answer = ask(Call.of("DELETE", blob(name, "")).with("x-ms-delete-snapshots", "include"));
    if (!isMissing(answer)) expectGood(answer);
  }

  // ---- reading

  private static boolean isMissing(Answer answer) {
    // The answer to HEAD has no body, so older servers do not say of what.
    return answer.status() == 404 && !Answers.code(answer).equals(Answers.NO_CONTAINER);
  }

  private Answer expectGood(Answer answer) throws IOException {
    if (answer.isGood()) return answer;
    throw answers.unexpected(answer);
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException, InterruptedException {
    var answer = ask(Call.of("GET", blob(name, "")));
    if (isMissing(answer)) return Optional.empty();
    var good = expectGood(answer);
    return Optional.of(Md5.checked(good.body(), good.header("content-md5"), name));
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    if (length == 0) return find(name).map(_ -> new byte[0]);
    var call =
        Call.of("GET", blob(name, ""))
            .with("x-ms-range", "bytes=%d-%d".formatted(offset, offset + length - 1));
    boolean checked = length <= CHECKED_RANGE_BYTES;
    var answer = ask(checked ? call.with("x-ms-range-get-content-md5", "true") : call);
    if (answer.status() == 416) return find(name).map(_ -> new byte[0]); // behind the end
    if (isMissing(answer)) return Optional.empty();
    var good = expectGood(answer);
    return Optional.of(
        checked ? Md5.checked(good.body(), good.header("content-md5"), name) : good.body());
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) throws IOException, InterruptedException {
    var answer = ask(Call.of("HEAD", blob(name, "")));
    if (isMissing(answer)) return Optional.empty();
    var good = expectGood(answer);
    return Optional.of(
        new ObjectInfo(
            name,
            Long.parseLong(good.header("content-length").orElse("0")),
            Listed.time(good.header("last-modified").orElseThrow())));
  }

  /**
   * Without what others keep there under names that are none of ours. The service goes on only
   * where a page of its own ended, and says where that is; of any other name it is asked from the
   * beginning.
   */
  @Override
  public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after)
      throws IOException, InterruptedException {
    var marker = after.flatMap(name -> pages.after(folder, name));
    while (true) {
      long writes = pages.writes();
      var page = page(folder, marker);
      var ours =
          page.items().stream()
              .flatMap(item -> info(item).stream())
              .filter(info -> after.isEmpty() || info.name().compareTo(after.get()) > 0)
              .toList();
      page.next()
          .ifPresent(next -> {
            if (!ours.isEmpty()) pages.ended(folder, ours.getLast().name(), next, writes);
          });
      if (!ours.isEmpty() || page.next().isEmpty()) return ours;
      marker = page.next();
    }
  }

  private Listed page(ObjectName folder, Optional<String> marker)
      throws IOException, InterruptedException {
    var query =
        "restype=container&comp=list&maxresults=%d&prefix=%s%s"
            .formatted(
                portions.listed(),
                encoded(folder.text() + "/"),
                marker.map(at -> "&marker=" + encoded(at)).orElse(""));
    return Listed.parse(expectGood(ask(Call.of("GET", container(query)))).body(), "Blob");
  }

  private static Optional<ObjectInfo> info(Listed.Item item) {
    return ObjectName.parse(item.name())
        .map(name -> new ObjectInfo(name, item.sizeBytes(), item.written()));
  }

  // ---- addresses, and other containers

  /** Only a key can sign one. */
  @Override
  public Optional<URI> link(ObjectName name, Duration good) {
    if (!(door instanceof Door.Signing(var key))) return Optional.empty();
    var until = clock.instant().plus(ObjectStore.linkable(good));
    var query = key.readable(options.address(), options.container(), name.text(), until);
    return Optional.of(blob(name, "?" + query));
  }

  @Override
  public String bucket() {
    return options.container();
  }

  @Override
  public AzureStore beside(String container) {
    return new AzureStore(options.beside(container), portions, service, door);
  }

  @Override
  public boolean isThere(ObjectName folder) throws IOException, InterruptedException {
    var query = "restype=container&comp=list&maxresults=1&prefix=" + encoded(folder.text() + "/");
    var answer = ask(Call.of("GET", container(query)));
    if (Answers.code(answer).equals(Answers.NO_CONTAINER)) return false;
    expectGood(answer);
    return true;
  }

  @Override
  public void make() throws IOException, InterruptedException {
    var answer = ask(Call.of("PUT", container("restype=container")));
    if (Answers.code(answer).equals("ContainerAlreadyExists")) return;
    if (answer.status() == 400) throw notSoCalled(answer);
    expectGood(answer);
  }

  private Problem notSoCalled(Answer answer) {
    return new Problem.Unavailable(
        "No container %s can be made: %s.".formatted(options, Answers.code(answer)),
        "Use 3 to 63 small letters, digits and single '-'.");
  }

  @Override
  public List<String> called(String beginning) throws IOException, InterruptedException {
    var names = new ArrayList<String>();
    var marker = Optional.<String>empty();
    do {
      var query =
          "comp=list&prefix=%s%s"
              .formatted(encoded(beginning), marker.map(at -> "&marker=" + encoded(at)).orElse(""));
      var uri = URI.create("%s/?%s".formatted(options.address(), query));
      var page = Listed.parse(expectGood(ask(Call.of("GET", uri))).body(), "Container");
      page.items().forEach(item -> names.add(item.name()));
      marker = page.next();
    } while (marker.isPresent());
    return names;
  }

  @Override
  public void close() {
    service.close();
    if (door instanceof Door.Bearer(var token)) token.close();
  }
}
