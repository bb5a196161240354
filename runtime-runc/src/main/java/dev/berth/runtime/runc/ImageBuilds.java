package dev.berth.runtime.runc;

import dev.berth.protocol.UserId;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.WorkspaceSize;
import java.nio.file.Path;
import java.util.List;

/**
 * Turns Dockerfiles into unpacked images, and installs features into images. Calls come from any
 * thread.
 */
public interface ImageBuilds {
  /** Of a machine that has no builder. */
  ImageBuilds NONE =
      new ImageBuilds() {
        @Override
        public Outcome build(Order order, Progress progress) {
          return new Outcome.Unable("it has no builder of images");
        }

        @Override
        public Outcome install(Installation installation, Progress progress) {
          return new Outcome.Unable("it has no builder of images");
        }
      };

  /**
   * What is to be built.
   *
   * @param owner for whom, and with whose rights at the git host
   * @param size how much the build may use
   * @param sources folders of the host that it is fetched from, where it is not from elsewhere
   */
  record Order(
      InstanceImage.Dockerfile dockerfile, UserId owner, WorkspaceSize size, List<Path> sources) {
    public Order {
      sources = List.copyOf(sources);
    }
  }

  /**
   * What features are to be installed into.
   *
   * @param base what {@code image} begins with
   * @param size how much it may use
   * @param sources as in {@link Order}
   */
  record Installation(
      InstanceImage.Featured image, RootFilesystem base, WorkspaceSize size, List<Path> sources) {
    public Installation {
      sources = List.copyOf(sources);
    }
  }

  /** Hears how far a build is. */
  interface Progress {
    /** What it does now, in a line. */
    void detail(String words);

    /** The end of all it printed so far. */
    void log(String end);
  }

  /** What came of it. */
  sealed interface Outcome {
    /** The image; it was built, or is the same as one that was. */
    record Built(RootFilesystem image) implements Outcome {}

    /**
     * This machine builds no images.
     *
     * @param why in words that go on after "because"
     */
    record Unable(String why) implements Outcome {}
  }

  /**
   * The image. Blocks for as long as it is built, also where another call has it built; an
   * interrupt ends a build that nobody else waits for.
   *
   * @throws dev.berth.base.Problem where it cannot be built
   */
  Outcome build(Order order, Progress progress) throws InterruptedException;

  /** The image with its features, with the promises of {@link #build}. */
  Outcome install(Installation installation, Progress progress) throws InterruptedException;
}
