package dev.berth.installer.manifests;

import dev.berth.installer.config.Install;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whose pods run where: what a check proves for one of them, it proves from there. */
public enum Place {
  CONTROL("meta", "berth-control"),
  GATEWAY("workspace_services", "berth-nobody"),
  WORKSPACE("workspace_regular", "berth-nobody"),
  PREBUILD("workspace_headless", "berth-nobody");

  private final String workload;
  private final String account;

  Place(String workload, String account) {
    this.workload = workload;
    this.account = account;
  }

  /** The label that its nodes carry. */
  String workload() {
    return workload;
  }

  /** As whom its pods run; nobody's token is given to a pod of a check. */
  String account() {
    return account;
  }

  private boolean isOfWorkspaces() {
    return this == WORKSPACE || this == PREBUILD;
  }

  /** The PriorityClass of its pods; empty for none. */
  public Optional<String> priority(Install install) {
    return isOfWorkspaces() ? install.priorities().workspaces() : install.priorities().own();
  }

  List<Map<String, Object>> tolerations(Install install) {
    if (!isOfWorkspaces()) return PodShape.tolerations();
    var all = new ArrayList<Map<String, Object>>();
    for (var one : install.tolerations()) {
      var toleration = new LinkedHashMap<String, Object>();
      toleration.put("key", one.key());
      toleration.put("operator", one.value().isPresent() ? "Equal" : "Exists");
      one.value().ifPresent(value -> toleration.put("value", value));
      one.effect().ifPresent(effect -> toleration.put("effect", effect));
      all.add(toleration);
    }
    return all;
  }

  /** Whose place it is, in words. */
  @Override
  public String toString() {
    return switch (this) {
      case CONTROL -> "control";
      case GATEWAY -> "the gateway";
      case WORKSPACE -> "a workspace";
      case PREBUILD -> "a prebuild";
    };
  }
}
