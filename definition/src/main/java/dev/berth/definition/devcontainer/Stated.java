package dev.berth.definition.devcontainer;

import dev.berth.definition.Container.Mount;
import dev.berth.definition.Container.Needs;
import dev.berth.definition.Feature;
import dev.berth.definition.Image;
import dev.berth.definition.Lifecycle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one file or one entry of an image's metadata says, and no more. Later ones are merged over
 * earlier ones as the specification's table has it.
 *
 * @param name for people
 * @param folder where a user works, relative to the repository's folder; "." for itself
 * @param features none where an entry of metadata speaks: its feature is installed already
 * @param remoteEnv what removes a variable has an empty value
 */
record Stated(
    Optional<String> name,
    Optional<Image> image,
    Optional<String> folder,
    List<Feature> features,
    List<String> featureOrder,
    Ports ports,
    Lifecycle lifecycle,
    Optional<Lifecycle.Moment> waitFor,
    Users users,
    Rights rights,
    List<Mount> mounts,
    Map<String, String> containerEnv,
    Map<String, String> remoteEnv,
    Customizations customizations,
    Needs needs) {

  static final Stated NOTHING =
      new Stated(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          Ports.NONE,
          Lifecycle.NONE,
          Optional.empty(),
          new Users(Optional.empty(), Optional.empty()),
          Rights.NONE,
          List.of(),
          Map.of(),
          Map.of(),
          Customizations.NONE,
          Needs.NONE);

  /** As whom the container runs, and as whom a user works in it. */
  record Users(Optional<String> container, Optional<String> remote) {
    Users and(Users later) {
      return new Users(later.container.or(() -> container), later.remote.or(() -> remote));
    }
  }

  /** What a container is allowed beyond the usual. */
  record Rights(boolean init, boolean privileged, Set<String> capAdd, Set<String> securityOpt) {
    static final Rights NONE = new Rights(false, false, Set.of(), Set.of());

    Rights {
      capAdd = new LinkedHashSet<>(capAdd);
      securityOpt = new LinkedHashSet<>(securityOpt);
    }

    Rights and(Rights later) {
      return new Rights(
          init || later.init,
          privileged || later.privileged,
          union(capAdd, later.capAdd),
          union(securityOpt, later.securityOpt));
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
      var both = new LinkedHashSet<>(one);
      both.addAll(other);
      return both;
    }
  }

  /**
   * What the editors are given.
   *
   * @param extensions of VS Code; one behind a "-" takes away what came before
   * @param settings of VS Code, by name, each a JSON text
   * @param plugins of the JetBrains IDEs
   */
  record Customizations(
      List<String> extensions, Map<String, String> settings, List<String> plugins) {
    static final Customizations NONE = new Customizations(List.of(), Map.of(), List.of());

    Customizations and(Customizations later) {
      return new Customizations(
          joined(extensions, later.extensions),
          over(settings, later.settings),
          joined(plugins, later.plugins));
    }
  }

  /** With what {@code later} says. */
  Stated and(Stated later) {
    return new Stated(
        later.name.or(() -> name),
        later.image.or(() -> image),
        later.folder.or(() -> folder),
        joined(features, later.features),
        later.featureOrder.isEmpty() ? featureOrder : later.featureOrder,
        ports.and(later.ports),
        and(lifecycle, later.lifecycle),
        later.waitFor.or(() -> waitFor),
        users.and(later.users),
        rights.and(later.rights),
        mounts(mounts, later.mounts),
        over(containerEnv, later.containerEnv),
        over(remoteEnv, later.remoteEnv),
        customizations.and(later.customizations),
        new Needs(
            Math.max(needs.cpus(), later.needs.cpus()),
            Math.max(needs.memoryBytes(), later.needs.memoryBytes()),
            Math.max(needs.storageBytes(), later.needs.storageBytes()),
            needs.gpu() || later.needs.gpu()));
  }

  private static Lifecycle and(Lifecycle one, Lifecycle later) {
    return new Lifecycle(
        joined(one.entrypoints(), later.entrypoints()),
        joined(one.onCreate(), later.onCreate()),
        joined(one.updateContent(), later.updateContent()),
        joined(one.postCreate(), later.postCreate()),
        joined(one.postStart(), later.postStart()),
        joined(one.postAttach(), later.postAttach()),
        later.waitFor());
  }

  /** At one target the last one lies. */
  static List<Mount> mounts(List<Mount> one, List<Mount> later) {
    var byTarget = new LinkedHashMap<String, Mount>();
    for (var mount : joined(one, later)) {
      byTarget.remove(mount.target());
      byTarget.put(mount.target(), mount);
    }
    return List.copyOf(byTarget.values());
  }

  private static <T> List<T> joined(List<T> one, List<T> other) {
    var both = new ArrayList<>(one);
    both.addAll(other);
    return List.copyOf(both);
  }

  private static Map<String, String> over(Map<String, String> one, Map<String, String> other) {
    var both = new LinkedHashMap<>(one);
    both.putAll(other);
    return both;
  }
}
