package dev.berth.installer.config;

/** Whose cluster it is: decides how its load balancer is asked for. */
public enum Provider {
  GCP,
  AWS,
  AZURE,
  NONE;

  /** By its name in berth.yaml; an {@link IllegalArgumentException} says which there are. */
  public static Provider of(String text) {
    for (var one : values()) if (one.toString().equals(text)) return one;
    throw new IllegalArgumentException("must be gcp, aws, azure or none");
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
