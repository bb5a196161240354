package dev.berth.runtime.kubernetes.pod;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The supervisor: where its tree lies, and in the words of its files {@code argv} and {@code env}
 * how it is started at {@code /.supervisor}.
 */
public record SupervisorTree(TreeImage tree, List<String> argv, Map<String, String> env) {
  public SupervisorTree {
    argv = List.copyOf(argv);
    env = new TreeMap<>(env);
  }
}
