package dev.berth.runtime.kubernetes.cluster;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a cluster is and who we are there.
 *
 * @param kubeconfig the file that says so; empty inside a pod, whose service account does
 * @param context of that file; the current one where empty; without a file there is none to name
 * @param namespace of the workspaces; it is there and holds nothing else of ours
 */
public record ClusterAccess(
    Optional<Path> kubeconfig, Optional<String> context, String namespace) {}
