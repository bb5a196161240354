package dev.berth.objects;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A SeaweedFS of one process, in a folder of its own; it speaks S3, also over TLS. */
public final class SeaweedFs implements AutoCloseable {
  /** Its only keys. */
  public static final String ACCESS = "berth";

  public static final String SECRET = "not-a-secret";

  private final Process process;
  private final int port;
  private final int tlsPort;
  private final Path authority;

  private SeaweedFs(Process process, int port, int tlsPort, Path authority) {
    this.process = process;
    this.port = port;
    this.tlsPort = tlsPort;
    this.authority = authority;
  }

  /** Starts one, fetching its program where this machine has not got it; it has no bucket yet. */
  public static SeaweedFs start(Path folder) throws IOException, InterruptedException {
    var program = TestStores.install("seaweedfs");
    var data = Files.createDirectories(folder.resolve("data"));
    var identities =
        Files.writeString(
            folder.resolve("s3.json"),
            """
            {"identities": [{"name": "berth", "credentials": [{"accessKey": "%s", "secretKey": "%s"}],
              "actions": ["Admin", "Read", "Write", "List"]}]}
            """
                .formatted(ACCESS, SECRET));
    TestStores.certificate(folder);
    var ports = TestStores.freePorts(9);
    var argv =
        List.of(
            program,
            "server",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-dir=" + data,
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=256",
            "-volume.max=0",
            "-master.port=" + ports.get(0),
            "-master.port.grpc=" + ports.get(1),
            "-volume.port=" + ports.get(2),
            "-volume.port.grpc=" + ports.get(3),
            "-filer.port=" + ports.get(4),
            "-filer.port.grpc=" + ports.get(5),
            "-s3",
            "-s3.config=" + identities,
            "-s3.port=" + ports.get(6),
            "-s3.port.grpc=" + ports.get(7),
            "-s3.port.https=" + ports.get(8),
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-s3.cert.file=" + folder.resolve("server.crt"),
            "-s3.key.file=" + folder.resolve("server.key"));
    var process = TestStores.start(folder, argv);
    var server =
        new SeaweedFs(process, ports.get(6), ports.get(8), folder.resolve("authority.crt"));
    try {
      TestStores.awaitHttp(process, server.endpoint(), folder, Optional.empty());
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** Who asks it as its only user. */
  public S3Client client() {
    return S3Client.builder()
        .endpointOverride(endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS, SECRET)))
        .build();
  }

  /** Makes a bucket. */
  public void make(String bucket) {
    try (var client = client()) {
      client.createBucket(create -> create.bucket(bucket));
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public URI tlsEndpoint() {
    return URI.create("https://127.0.0.1:" + tlsPort);
  }

  /** The certificate that its own is signed by. */
  public Path authority() {
    return authority;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
