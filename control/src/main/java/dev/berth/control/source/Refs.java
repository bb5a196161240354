package dev.berth.control.source;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names that a repository shows, with their commits.
 *
 * @param headBranch the branch that HEAD names
 * @param head the commit of HEAD
 * @param branches by short name
 * @param tags by short name, the commit and not the tag's own object
 * @param others by full name
 */
record Refs(
    Optional<String> headBranch,
    Optional<String> head,
    Map<String, String> branches,
    Map<String, String> tags,
    Map<String, String> others) {

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /** As git's own rules for names, without what no URL and no terminal can carry. */
  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl} ~^:?*\\[\\\\]{1,1000}");

  /** Reads what {@code git ls-remote --symref} or {@code git show-ref} prints. */
  static Refs parse(byte[] output) {
    var headBranch = Optional.<String>empty();
    var head = Optional.<String>empty();
    var branches = new LinkedHashMap<String, String>();
    var tags = new LinkedHashMap<String, String>();
    var others = new LinkedHashMap<String, String>();
    for (var line : new String(output, StandardCharsets.UTF_8).split("\n")) {
      if (line.startsWith("ref: refs/heads/") && line.endsWith("\tHEAD")) {
        headBranch = Optional.of(line.substring("ref: refs/heads/".length(), line.length() - 5));
      }
      var parts = line.split("[\t ]", 2);
      if (parts.length < 2 || !HASH.matcher(parts[0]).matches()) continue;
      var name = parts[1].endsWith("^{}") ? parts[1].substring(0, parts[1].length() - 3) : parts[1];
      if (!NAME.matcher(name).matches()) continue;
      if (name.equals("HEAD")) head = Optional.of(parts[0]);
      else if (name.startsWith("refs/heads/")) branches.put(name.substring(11), parts[0]);
      else if (name.startsWith("refs/tags/")) tags.put(name.substring(10), parts[0]); // ^{} is last
      else others.put(name, parts[0]);
    }
    return new Refs(headBranch.filter(branches::containsKey), head, branches, tags, others);
  }

  Refs withHeadBranch(String name) {
    return branches.containsKey(name)
        ? new Refs(Optional.of(name), head, branches, tags, others)
        : this;
  }

  boolean isEmpty() {
    return head.isEmpty() && branches.isEmpty() && tags.isEmpty() && others.isEmpty();
  }
}
