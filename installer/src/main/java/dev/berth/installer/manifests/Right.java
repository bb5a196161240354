package dev.berth.installer.manifests;

import java.util.List;

/** Verbs on a kind of object that control needs in the workspaces' namespace. */
public record Right(String group, String resource, List<String> verbs) {
  /** All of them. */
  public static List<Right> ofControl() {
    return Foundations.RIGHTS;
  }
}
