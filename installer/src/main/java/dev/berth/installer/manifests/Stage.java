package dev.berth.installer.manifests;

/** The order in which an installation is made; what a stage needs is in those before it. */
public enum Stage {
  NAMESPACES("the namespaces"),
  RIGHTS("accounts and rights"),
  SETTINGS("settings and secrets"),
  NETWORK("what may reach what"),
  DATABASE("the database"),
  STORE("the object store"),
  REGISTRY("the registry"),
  CERTIFICATE("the certificate"),
  CONTROL("control"),
  GATEWAY("the gateway");

  private final String words;

  Stage(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
