package dev.berth.cli;

import dev.berth.base.Problem;
import dev.berth.base.config.Settings;
import dev.berth.node.save.Distant;
import dev.berth.objects.ObjectName;
import dev.berth.objects.bucket.Bucket;
import dev.berth.objects.s3.S3Options;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The part of {@code berth.yaml} that names an object store: {@code objects}. */
final class DistantSettings {
  private static final String S3 = "objects.s3.";
  private static final ObjectName USUAL = ObjectName.of("berth");

  private DistantSettings() {}

  /** Empty where none is named; what is wrong is noted in {@code settings}. */
  static Optional<Distant> read(Settings settings) {
    var folder = settings.parsed("objects.prefix", DistantSettings::folder).orElse(USUAL);
    return s3(settings).map(bucket -> new Distant(bucket, folder));
  }

  private static Optional<Bucket> s3(Settings settings) {
    var endpoint = settings.parsed(S3 + "endpoint", DistantSettings::web);
    var region = settings.text(S3 + "region", "us-east-1");
    var inPath = settings.flag(S3 + "pathStyle", endpoint.isPresent());
    var access = settings.text(S3 + "accessKey");
    var secret = settings.text(S3 + "secretKey");
    var authorities = settings.parsed(S3 + "authorities", DistantSettings::file);
    var bucket = settings.text(S3 + "bucket");
    if (access.isPresent() != secret.isPresent()) {
      settings.wrong("give both of objects.s3.accessKey and objects.s3.secretKey, or none");
    }
    if (bucket.isEmpty()) {
      if (endpoint.isPresent() || access.isPresent() || authorities.isPresent()) {
        settings.wrong("objects.s3.bucket is missing");
      }
      return Optional.empty();
    }
    var keys =
        access.isPresent() && secret.isPresent()
            ? Optional.of(new S3Options.Keys(access.get(), secret.get()))
            : Optional.<S3Options.Keys>empty();
    return Optional.of(
        new Bucket.S3(new S3Options(endpoint, region, bucket.get(), inPath, keys, authorities)));
  }

  private static ObjectName folder(String text) {
    try {
      return ObjectName.of(text);
    } catch (Problem.Invalid problem) {
      throw new IllegalArgumentException("cannot be a prefix: " + problem.remedy(), problem);
    }
  }

  private static URI web(String text) {
    var uri = URI.create(text);
    boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
    if (!web || uri.getHost() == null) {
      throw new IllegalArgumentException("must be an http or https URL");
    }
    return uri;
  }

  private static Path file(String text) {
    var file = Path.of(text).toAbsolutePath();
    if (!Files.isReadable(file)) throw new IllegalArgumentException("cannot be read");
    return file;
  }
}
