package dev.berth.objects.gcs;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.objects.BucketStore;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.http.Answer;
import dev.berth.objects.http.BearerToken;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each object under its name in one bucket, by the service's JSON API. An object goes in one
 * request, whatever its size: a condition on the way in parts is not one that a test could see
 * kept. What is sent carries its MD5, which the service checks; what it says that it has, and what
 * it gives, is checked too. Tries nothing twice: {@code Retrying} does.
 */
public final class GcsStore implements BucketStore, AutoCloseable {
  /** Of more than this it is asked first whether it is there, which spares the sending. */
  private static final int WORTH_ASKING_BYTES = 1 << 20;

  private final GcsOptions options;
  private final Service service;
  private final BearerToken token;
  private final Answers answers;
  private final Clock clock;

  private GcsStore(GcsOptions options, Service service, BearerToken token, Clock clock) {
    this.options = options;
    this.service = service;
    this.token = token;
    this.answers = new Answers(options.toString());
    this.clock = clock;
  }

  /** The store in the bucket of {@code options}; asks the service nothing yet. */
  public static GcsStore open(GcsOptions options) {
    var clock = Clock.systemUTC();
    var service = Service.open(options.toString(), options.authorities());
    return new GcsStore(options, service, Tokens.of(options.login(), clock), clock);
  }

  private record Item(String name, long size, Instant updated, @Nullable String md5Hash) {
    Optional<ObjectInfo> info() {
      return ObjectName.parse(name).map(ours -> new ObjectInfo(ours, size, updated));
    }

    Optional<String> md5() {
      return Optional.ofNullable(md5Hash);
    }
  }

  private record Items(@Nullable List<Item> items, @Nullable String nextPageToken) {
    List<Item> all() {
      return items == null ? List.of() : items;
    }

    Optional<String> next() {
      return Optional.ofNullable(nextPageToken);
    }
  }

  private Answer ask(Call call) throws IOException, InterruptedException {
    return token.ask(service, call);
  }

  private URI objects(String query) {
    return URI.create(
        "%s/storage/v1/b/%s/o?%s".formatted(options.address(), options.bucket(), query));
  }

  private URI object(ObjectName name, String query) {
    return URI.create(
        "%s/storage/v1/b/%s/o/%s%s"
            .formatted(options.address(), options.bucket(), encoded(name.text()), query));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private Answer expectGood(Answer answer) throws IOException {
    if (answer.isGood()) return answer;
    throw answers.unexpected(answer);
  }

  // ---- writing

  private record Meta(String name, String contentType, String md5Hash) {}

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    if (bytes.remaining() > WORTH_ASKING_BYTES) {
      if (ask(Call.of("GET", object(name, "?fields=name"))).isGood()) return false;
    }
    var md5 = Md5.of(bytes);
    var boundary = UUID.randomUUID().toString();
    var meta = Json.write(new Meta(name.text(), "application/octet-stream", md5));
    var uri =
        URI.create(
            "%s/upload/storage/v1/b/%s/o?uploadType=multipart&ifGenerationMatch=0&fields=name,size,updated,md5Hash"
                .formatted(options.address(), options.bucket()));
    var answer =
        ask(
            Call.of("POST", uri)
                .with("content-type", "multipart/related; boundary=" + boundary)
                .with(parts(boundary, meta, bytes)));
    if (answer.status() == 412) return false;
    var kept = expectGood(answer).as(Item.class).md5();
    if (kept.isPresent() && !kept.get().equals(md5)) {
      // Whoever tries again must not take it for his own.
      delete(name);
      throw new IOException("%s came otherwise than it went".formatted(name));
    }
    return true;
  }

  private static ByteBuffer parts(String boundary, String meta, ByteBuffer bytes) {
    var head =
        "--%1$s\r\nContent-Type: application/json\r\n\r\n%2$s\r\n--%1$s\r\nContent-Type: application/octet-stream\r\n\r\n"
            .formatted(boundary, meta)
            .getBytes(StandardCharsets.UTF_8);
    var foot = "\r\n--%s--\r\n".formatted(boundary).getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(head.length + bytes.remaining() + foot.length)
        .put(head)
        .put(bytes.duplicate())
        .put(foot)
        .flip();
  }

  @Override
  public void delete(ObjectName name) throws IOException, InterruptedException {
    var answer = ask(Call.of("DELETE", object(name, "")));
    if (!isMissing(answer)) expectGood(answer);
  }

  // ---- reading

  /** Whether there is no such object; a bucket that is not there is a problem. */
  private boolean isMissing(Answer answer) throws IOException, InterruptedException {
    if (answer.status() != 404) return false;
    expectGood(ask(Call.of("GET", objects("maxResults=1")))); // both are answered alike
    return true;
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException, InterruptedException {
    var answer = ask(Call.of("GET", object(name, "?alt=media")));
    if (isMissing(answer)) return Optional.empty();
    var good = expectGood(answer);
    var md5 =
        good.headers().allValues("x-goog-hash").stream()
            .flatMap(all -> List.of(all.split(",")).stream())
            .map(String::strip)
            .filter(hash -> hash.startsWith("md5="))
            .map(hash -> hash.substring("md5=".length()))
            .findFirst();
    return Optional.of(Md5.checked(good.body(), md5, name));
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    if (length == 0) return find(name).map(_ -> new byte[0]);
    var answer =
        ask(
            Call.of("GET", object(name, "?alt=media"))
                .with("range", "bytes=%d-%d".formatted(offset, offset + length - 1)));
    if (answer.status() == 416) return find(name).map(_ -> new byte[0]); // behind the end
    if (isMissing(answer)) return Optional.empty();
    return Optional.of(expectGood(answer).body());
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) throws IOException, InterruptedException {
    var answer = ask(Call.of("GET", object(name, "?fields=name,size,updated")));
    if (isMissing(answer)) return Optional.empty();
    return expectGood(answer).as(Item.class).info();
  }

  /** Without what others keep there under names that are none of ours. */
  @Override
  public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after)
      throws IOException, InterruptedException {
    var next = Optional.<String>empty();
    do {
      var page = page(folder, after, next);
      var ours =
          page.all().stream()
              .flatMap(item -> item.info().stream())
              // The service begins with that very name, where there is such an object.
              .filter(info -> after.isEmpty() || info.name().compareTo(after.get()) > 0)
              .toList();
      if (!ours.isEmpty()) return ours;
      next = page.next();
    } while (next.isPresent());
    return List.of();
  }

  private Items page(ObjectName folder, Optional<ObjectName> after, Optional<String> next)
      throws IOException, InterruptedException {
    var query =
        "prefix=%s&maxResults=%d&fields=items(name,size,updated),nextPageToken%s%s"
            .formatted(
                encoded(folder.text() + "/"),
                MOST_LISTED,
                after.map(name -> "&startOffset=" + encoded(name.text())).orElse(""),
                next.map(token -> "&pageToken=" + encoded(token)).orElse(""));
    return expectGood(ask(Call.of("GET", objects(query)))).as(Items.class);
  }

  // ---- addresses, and other buckets

  /** Only the key of an account can sign one. */
  @Override
  public Optional<URI> link(ObjectName name, Duration good) {
    if (!(options.login() instanceof GcsOptions.Login.Account(var account))) {
      return Optional.empty();
    }
    var address = URI.create(options.address());
    var time = ObjectStore.linkable(good);
    return Optional.of(
        SignedLink.of(account, address, options.bucket(), name.text(), clock.instant(), time));
  }

  @Override
  public String bucket() {
    return options.bucket();
  }

  @Override
  public GcsStore beside(String bucket) {
    return new GcsStore(options.beside(bucket), service, token, clock);
  }

  private record Made(String name, @Nullable String location) {}

  private record Bucket(String name) {}

  private record Buckets(@Nullable List<Bucket> items, @Nullable String nextPageToken) {
    List<Bucket> all() {
      return items == null ? List.of() : items;
    }
  }

  @Override
  public boolean isThere(ObjectName folder) throws IOException, InterruptedException {
    var query = "maxResults=1&prefix=" + encoded(folder.text() + "/");
    var answer = ask(Call.of("GET", objects(query)));
    if (answer.status() == 404) return false;
    expectGood(answer);
    return true;
  }

  @Override
  public void make() throws IOException, InterruptedException {
    var body = Json.bytes(new Made(options.bucket(), options.place().location().orElse(null)));
    var answer =
        ask(
            Call.of("POST", buckets("fields=name"))
                .with("content-type", "application/json")
                .with(ByteBuffer.wrap(body)));
    if (answer.status() == 409) {
      mustBeOurs();
    } else {
      expectGood(answer);
    }
  }

  /** All the world's buckets have different names. */
  private void mustBeOurs() throws IOException, InterruptedException {
    if (called(options.bucket()).contains(options.bucket())) return;
    throw new Problem.Conflict(
        "The name of the bucket %s is taken by somebody else.".formatted(options),
        "Use another name before what is added to it.");
  }

  @Override
  public List<String> called(String beginning) throws IOException, InterruptedException {
    var names = new ArrayList<String>();
    var next = Optional.<String>empty();
    do {
      var query =
          "prefix=%s&fields=items(name),nextPageToken%s"
              .formatted(
                  encoded(beginning), next.map(at -> "&pageToken=" + encoded(at)).orElse(""));
      var answer = expectGood(ask(Call.of("GET", buckets(query))));
      var page = answer.as(Buckets.class);
      page.all().stream()
          .map(Bucket::name)
          .filter(name -> name.startsWith(beginning)) // emulators do not all know the prefix
          .forEach(names::add);
      next = Optional.ofNullable(page.nextPageToken());
    } while (next.isPresent());
    return names;
  }

  private URI buckets(String query) {
    var project =
        options
            .place()
            .project()
            .orElseThrow(() -> new IllegalStateException("buckets are a project's"));
    return URI.create(
        "%s/storage/v1/b?project=%s&%s".formatted(options.address(), encoded(project), query));
  }

  @Override
  public void close() {
    service.close();
    token.close();
  }
}
