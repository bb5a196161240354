package dev.berth.runtime.kubernetes.pod;

/** The labels and annotations of what is ours in a cluster, and the names inside a pod. */
public final class Marks {
  /** Label whose value {@link #OURS} tells our objects from others in the namespace. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  public static final String OURS = "berth";

  static final String NAME = "app.kubernetes.io/name";
  static final String PART_OF = "app.kubernetes.io/part-of";
  static final String COMPONENT = "app.kubernetes.io/component";

  /** Label: the workspace's id, which is the pod's name, too. */
  public static final String WORKSPACE = "berth.dev/workspace";

  /** Label: for who looks with kubectl; which instance it is the pod's boot plan says. */
  static final String INSTANCE = "berth.dev/instance";

  /** Label: which of the installations that share a namespace it is of. */
  public static final String INSTALLATION = "berth.dev/installation";

  static final String OWNER = "berth.dev/owner";

  /** Label: the name of the workspace's size, as far as a label takes it. */
  public static final String CLASS = "berth.dev/class";

  static final String HEADLESS = "berth.dev/headless";

  static final String CONTEXT_URL = "berth.dev/context-url";
  static final String ADDRESS = "berth.dev/address";

  /** Annotation of a pod that goes: the instance that comes in its place. */
  public static final String REPLACED_BY = "berth.dev/replaced-by";

  /** An autoscaler that wants its node takes another one. */
  static final String SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict";

  /** The container of the user's image. */
  public static final String MAIN = "workspace";

  /** The container that restores and saves files. */
  public static final String CONTENT = "content";

  /** The volume with the boot plan. */
  public static final String BOOT_VOLUME = "boot";

  /** In the secret: the end of the log of an instance that is gone. */
  public static final String LOG_KEY = "log";

  static final String BOOT_SUFFIX = ".json";
  static final String TOKEN_SUFFIX = ".token";

  private Marks() {}

  /** In the secret: the boot plan of {@code instance}. */
  public static String bootKey(String instance) {
    return instance + BOOT_SUFFIX;
  }

  /** In the secret: what opens the door of the content container of {@code instance}. */
  public static String tokenKey(String instance) {
    return instance + TOKEN_SUFFIX;
  }
}
