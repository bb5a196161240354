package dev.berth.runtime.kubernetes.pod;

import java.util.Optional;

/**
 * What every instance's pod has in common.
 *
 * @param installation which one it is, of those that may share a namespace, as a label's value
 * @param defaultImage the reference for a spec that names no image
 * @param editor the browser editor's tree; none where empty
 * @param content what keeps files; where empty they live as long as their pod and no longer
 */
public record PodOptions(
    String installation,
    String defaultImage,
    SupervisorTree supervisor,
    Optional<TreeImage> editor,
    Optional<ContentContainer> content,
    Placement placement,
    Shares shares) {}
