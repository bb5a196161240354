package dev.berth.cli;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.node.pod.PodContent;
import dev.berth.node.pod.PodDoor;
import dev.berth.node.pod.PodOrder;
import dev.berth.node.save.Distant;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.wrap.Patience;
import dev.berth.objects.wrap.Retrying;
import dev.berth.objects.wrap.Under;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What runs beside a workspace in its pod. */
@Command(
    name = "content",
    hidden = true,
    description = {
      "Brings a workspace's files into its pod, saves them while it runs, and once more when the pod is asked to end.",
      "Pods run this; people do not need it."
    },
    mixinStandardHelpOptions = true)
final class ContentCommand implements Callable<Integer> {
  @Option(
      names = "--order",
      paramLabel = "FILE",
      required = true,
      description = "Says which workspace, as JSON.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Path order;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The berth.yaml that names the object store.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Path config;

  @Option(
      names = "--volume",
      paramLabel = "FOLDER",
      required = true,
      description = "Where the files are to lie, in its folder files.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Path volume;

  @Override
  public Integer call() throws Exception {
    var told = told();
    var distant =
        Configuration.read(config, System.getenv(), Optional.empty())
            .distant()
            .orElseThrow(() ->
                new Problem.Invalid(
                    "%s names no object store.".formatted(config),
                    "On a cluster files outlive their pod only in one: set objects."));
    try (var store = new Opened(distant)) {
      var content = new PodContent(volume, store.repositories(), told, Clock.systemUTC());
      var over = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .unstarted(() -> {
                    content.close();
                    over.countDown();
                  }));
      try (var _ = PodDoor.open(new InetSocketAddress(PodDoor.PORT), told, content)) {
        content.begin();
        over.await();
      }
    }
    return 0;
  }

  private PodOrder told() {
    try {
      return Json.read(Files.readAllBytes(order), PodOrder.class);
    } catch (IOException e) {
      throw new Problem.Invalid(
          "The order %s cannot be read: %s.".formatted(order, e.getMessage()),
          "The driver writes it; see that the file is mounted.",
          e);
    }
  }

  /** The object store, open. */
  private static final class Opened implements AutoCloseable {
    private final ObjectStore bucket;
    private final Distant distant;

    Opened(Distant distant) {
      this.distant = distant;
      this.bucket = distant.bucket().open();
    }

    /** A call that does not come through is tried for half a minute. */
    ObjectStore repositories() {
      return new Under(new Retrying(bucket, Patience.USUAL), distant.folder());
    }

    @Override
    public void close() {
      bucket.close();
    }
  }
}
