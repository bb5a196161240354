/**
 * Runs instances as pods of a Kubernetes cluster, one for each.
 *
 * <p>Start at {@link dev.berth.runtime.kubernetes.KubernetesDriver}; {@code pod} says what a pod is
 * made of, {@code reading} what is seen of it, {@code cluster} how the cluster is asked. Decides
 * when a pod is made, replaced and ended. What it knows is in the cluster: it may be killed at any
 * time, and two may do the same at once.
 */
@NullMarked
package dev.berth.runtime.kubernetes;

import org.jspecify.annotations.NullMarked;
