/**
 * What an installation consists of on a cluster, as Kubernetes manifests; decides nothing of when
 * they are applied.
 *
 * <p>Start at {@link dev.berth.installer.manifests.Rendering}.
 */
@NullMarked
package dev.berth.installer.manifests;

import org.jspecify.annotations.NullMarked;
