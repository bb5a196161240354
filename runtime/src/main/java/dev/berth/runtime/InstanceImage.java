package dev.berth.runtime;

import dev.berth.definition.Feature;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What an instance's root file system is made of. */
public sealed interface InstanceImage {
  /** The installation's default image. */
  record Default() implements InstanceImage {}

  /** An image that is there to be pulled, by its reference. */
  record Reference(String reference) implements InstanceImage {}

  /**
   * An image to build. Its author is a stranger: what it runs is as hostile as what an instance
   * runs.
   *
   * @param path of the Dockerfile in the repository
   * @param context the folder of the repository that the build sees; its root where empty
   * @param args build arguments
   * @param target the stage to build; the last one where empty
   * @param flags of the builder that cannot reach beyond the build
   */
  record Dockerfile(
      Repository repository,
      String path,
      String context,
      Map<String, String> args,
      Optional<String> target,
      List<String> flags)
      implements InstanceImage {
    public Dockerfile {
      args = new TreeMap<>(args);
      flags = List.copyOf(flags);
    }
  }

  /**
   * Another image with features of dev containers in it, which strangers wrote too.
   *
   * @param features in no order; what they depend on comes with them
   * @param first ids of those that are installed first
   * @param locked builds of features, by {@code LockFile.pinned}
   * @param repository where those of the repository itself lie; empty where there is no commit
   * @param user for whom they are installed, where the repository says; else the image does
   */
  record Featured(
      InstanceImage base,
      List<Feature> features,
      List<String> first,
      Map<String, String> locked,
      Optional<Repository> repository,
      Optional<String> user)
      implements InstanceImage {
    public Featured {
      features = List.copyOf(features);
      first = List.copyOf(first);
      locked = new TreeMap<>(locked);
    }
  }

  /**
   * Where a Dockerfile lies.
   *
   * @param commit the full hash
   * @param ref the full ref that the commit was found at, to fetch where the server does not hand
   *     out single commits; empty for a bare commit
   * @param login for the fetch only; what is built never sees it
   */
  record Repository(String cloneUrl, String commit, Optional<String> ref, Optional<Login> login) {}

  /**
   * What lets its user in at a git host.
   *
   * @param origin scheme and host, the only one that may see it: {@code https://git.example.com}
   */
  record Login(String origin, String user, String token) {
    @Override
    public String toString() {
      return "Login[" + origin + ", " + user + "]"; // never the token
    }
  }
}
