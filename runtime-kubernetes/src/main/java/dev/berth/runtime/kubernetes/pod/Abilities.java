package dev.berth.runtime.kubernetes.pod;

/**
 * What of a cluster decides how a pod looks.
 *
 * @param imageVolumes whether a pod may mount an image
 * @param userNamespaces whether root inside may be nobody outside
 */
public record Abilities(boolean imageVolumes, boolean userNamespaces) {
  /** Who has neither. */
  public static final Abilities NONE = new Abilities(false, false);
}
