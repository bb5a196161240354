package dev.berth.registry.pull;

/**
 * A request to a registry.
 *
 * @param image for which it is made, for messages and for the right that is asked for
 * @param path behind {@code /v2/<name>/}
 * @param accept the media types that are understood
 * @param from the first byte that is wanted
 */
record Call(Asked image, String method, String path, String accept, long from, Patience patience) {
  private static final String EVERY_MANIFEST =
      String.join(
          ", ",
          Manifests.OCI_INDEX,
          Manifests.DOCKER_LIST,
          Manifests.OCI_MANIFEST,
          Manifests.DOCKER_MANIFEST);

  static Call manifest(Asked image, String method, String which, Patience patience) {
    return new Call(image, method, "manifests/" + which, EVERY_MANIFEST, 0, patience);
  }

  static Call blob(Asked image, Object digest, long from, Patience patience) {
    return new Call(image, "GET", "blobs/" + digest, "*/*", from, patience);
  }
}
