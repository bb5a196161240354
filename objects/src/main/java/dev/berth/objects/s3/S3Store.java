package dev.berth.objects.s3;

import dev.berth.base.Problem;
import dev.berth.base.http.OutwardProxy;
import dev.berth.objects.BucketStore;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.http.Authorities;
import dev.berth.objects.http.Md5;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Keeps each object under its name in one bucket. Needs a service that knows {@code If-None-Match:
 * *} where an object is written: AWS since 2024, MinIO, Ceph, SeaweedFS. What is sent goes in one
 * request, whatever its size, as not all of them decide at once between two that end their parts;
 * and carries its MD5, so that nothing is kept that came otherwise than it went. Tries nothing
 * twice: {@code Retrying} does.
 */
public final class S3Store implements BucketStore, AutoCloseable {
  /** The largest pack, of 16 MiB and a chunk and a block, takes so long at 0.3 MB/s. */
  private static final Duration CALL_LIMIT = Duration.ofSeconds(100);

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final int CONNECTIONS = 32;

  private final S3Client client;
  private final S3Options options;
  private final String bucket;
  private final Answers answers;

  private S3Store(S3Client client, S3Options options) {
    this.client = client;
    this.options = options;
    this.bucket = options.bucket();
    this.answers = new Answers(options.toString());
  }

  /** The store in the bucket of {@code options}; asks the service nothing yet. */
  public static S3Store open(S3Options options) {
    var http =
        Apache5HttpClient.builder()
            .maxConnections(CONNECTIONS)
            .connectionTimeout(CONNECT_LIMIT)
            .socketTimeout(CALL_LIMIT);
    options
        .authorities()
        .map(Authorities::trusting)
        .ifPresent(trusted -> http.tlsTrustManagersProvider(() -> trusted));
    OutwardProxy.ofProcess()
        .flatMap(proxy -> proxy.proxyFor(asked(options)))
        .ifPresent(proxy ->
            http.proxyConfiguration(
                ProxyConfiguration.builder()
                    .endpoint(proxy)
                    .useSystemPropertyValues(false)
                    .useEnvironmentVariableValues(false)
                    .build()));
    var builder =
        S3Client.builder()
            .httpClientBuilder(http)
            .region(Region.of(options.region()))
            .forcePathStyle(options.bucketInPath())
            .credentialsProvider(credentials(options))
            // Services other than AWS do not all know the newer checksums; all know Content-MD5.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(settings ->
                settings
                    .retryStrategy(AwsRetryStrategy.doNotRetry())
                    .apiCallTimeout(CALL_LIMIT.multipliedBy(2)));
    options.endpoint().ifPresent(builder::endpointOverride);
    return new S3Store(builder.build(), options);
  }

  private static URI asked(S3Options options) {
    return options
        .endpoint()
        .orElseGet(() -> URI.create("https://s3.%s.amazonaws.com".formatted(options.region())));
  }

  private static AwsCredentialsProvider credentials(S3Options options) {
    return options
        .keys()
        .<AwsCredentialsProvider>map(keys ->
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(keys.access(), keys.secret())))
        .orElseGet(() -> DefaultCredentialsProvider.builder().build());
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes) throws IOException {
    // 409 says that another write of the name goes on: it may fail yet, so that is tried again.
    return answers
        .to(
            List.of(Answers.TAKEN),
            () ->
                client.putObject(
                    put ->
                        put.bucket(bucket)
                            .key(name.text())
                            .ifNoneMatch("*")
                            .contentMD5(Md5.of(bytes)),
                    body(bytes)))
        .isPresent();
  }

  /** Without a copy: an object may be large, and several are on their way. */
  private static RequestBody body(ByteBuffer bytes) {
    if (!bytes.hasArray()) return RequestBody.fromRemainingByteBuffer(bytes.duplicate());
    int offset = bytes.arrayOffset() + bytes.position();
    int length = bytes.remaining();
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes.array(), offset, length),
        length,
        "application/octet-stream");
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException {
    return answers.to(
        List.of(Answers.NOT_FOUND),
        () ->
            client
                .getObjectAsBytes(get -> get.bucket(bucket).key(name.text()))
                .asByteArrayUnsafe());
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length) throws IOException {
    if (length == 0) return find(name).map(_ -> new byte[0]);
    var range = "bytes=%d-%d".formatted(offset, offset + length - 1);
    var there =
        answers.to(
            List.of(Answers.NOT_FOUND, Answers.BEHIND_THE_END),
            () ->
                client
                    .getObjectAsBytes(get -> get.bucket(bucket).key(name.text()).range(range))
                    .asByteArrayUnsafe());
    return there.isPresent() ? there : find(name).map(_ -> new byte[0]);
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) throws IOException {
    return answers
        .to(
            List.of(Answers.NOT_FOUND),
            () -> client.headObject(head -> head.bucket(bucket).key(name.text())))
        .map(head -> new ObjectInfo(name, head.contentLength(), head.lastModified()));
  }

  /** Without what others keep there under names that are none of ours, as a console's folders. */
  @Override
  public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after) throws IOException {
    var last = after.map(ObjectName::text);
    while (true) {
      var page = page(folder, last);
      if (page.isEmpty()) return List.of();
      var ours = page.stream().flatMap(object -> info(object).stream()).toList();
      if (!ours.isEmpty()) return ours;
      last = Optional.of(page.getLast().key());
    }
  }

  private List<S3Object> page(ObjectName folder, Optional<String> after) throws IOException {
    var request =
        ListObjectsV2Request.builder()
            .bucket(bucket)
            .prefix(folder.text() + "/")
            .maxKeys(MOST_LISTED);
    after.ifPresent(request::startAfter);
    return answers.to(() -> client.listObjectsV2(request.build())).contents();
  }

  private static Optional<ObjectInfo> info(S3Object object) {
    return ObjectName.parse(object.key())
        .map(name -> new ObjectInfo(name, object.size(), object.lastModified()));
  }

  @Override
  public void delete(ObjectName name) throws IOException {
    answers.to(
        List.of(Answers.NOT_FOUND),
        () -> client.deleteObject(delete -> delete.bucket(bucket).key(name.text())));
  }

  // ---- addresses, and other buckets

  @Override
  public Optional<URI> link(ObjectName name, Duration good) {
    var path = S3Configuration.builder().pathStyleAccessEnabled(options.bucketInPath()).build();
    var builder =
        S3Presigner.builder()
            .region(Region.of(options.region()))
            .serviceConfiguration(path)
            .credentialsProvider(credentials(options));
    options.endpoint().ifPresent(builder::endpointOverride);
    try (var signer = builder.build()) {
      var signed =
          signer.presignGetObject(link ->
              link.signatureDuration(ObjectStore.linkable(good))
                  .getObjectRequest(get -> get.bucket(bucket).key(name.text())));
      return Optional.of(URI.create(signed.url().toString()));
    }
  }

  @Override
  public String bucket() {
    return bucket;
  }

  @Override
  public S3Store beside(String other) {
    return new S3Store(client, options.beside(other));
  }

  @Override
  public boolean isThere(ObjectName folder) throws IOException {
    return answers.isThere(() ->
        client.listObjectsV2(list -> list.bucket(bucket).prefix(folder.text() + "/").maxKeys(1)));
  }

  @Override
  public void make() throws IOException {
    boolean made =
        answers
            .to(
                List.of(Answers.NOT_NEW),
                () -> client.createBucket(create -> create.bucket(bucket).applyMutation(this::in)))
            .isPresent();
    if (!made && !called(bucket).contains(bucket)) {
      throw new Problem.Conflict(
          "The name of the bucket %s is taken by somebody else.".formatted(options),
          "Use another name before what is added to it.");
    }
  }

  /** AWS wants to be told where, but for its first region, of which it does not. */
  private void in(CreateBucketRequest.Builder create) {
    var region = options.region();
    if (region.equals("us-east-1")) return;
    create.createBucketConfiguration(where -> where.locationConstraint(region));
  }

  @Override
  public List<String> called(String beginning) throws IOException {
    var names = new ArrayList<String>();
    var next = Optional.<String>empty();
    do {
      var request = ListBucketsRequest.builder().prefix(beginning).maxBuckets(MOST_LISTED);
      next.ifPresent(request::continuationToken);
      var page = answers.to(() -> client.listBuckets(request.build()));
      for (var there : page.buckets()) {
        // Not every service knows the prefix.
        if (there.name().startsWith(beginning)) names.add(there.name());
      }
      next = Optional.ofNullable(page.continuationToken()).filter(token -> !token.isEmpty());
    } while (next.isPresent());
    return names;
  }

  @Override
  public void close() {
    client.close();
  }
}
