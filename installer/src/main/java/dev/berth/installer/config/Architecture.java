package dev.berth.installer.config;

/** What an installation is for: decides what is in the cluster where the file does not say. */
public enum Architecture {
  /** Everything in the cluster, one of each. */
  PROOF_OF_VALUE("proof-of-value"),
  /** Database, object store and registry elsewhere, two of each role. */
  PRODUCTION("production"),
  /** One machine with k3s: everything in the cluster, reached at ports of the node. */
  K3S("k3s");

  private final String word;

  Architecture(String word) {
    this.word = word;
  }

  /** By its name in berth.yaml; an {@link IllegalArgumentException} says which there are. */
  public static Architecture of(String text) {
    for (var one : values()) if (one.word.equals(text)) return one;
    throw new IllegalArgumentException("must be proof-of-value, production or k3s");
  }

  /** Whether database, object store and registry are in the cluster unless said otherwise. */
  boolean isSelfContained() {
    return this != PRODUCTION;
  }

  int replicas() {
    return this == PRODUCTION ? 2 : 1;
  }

  @Override
  public String toString() {
    return word;
  }
}
