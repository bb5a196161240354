/**
 * The program beside a workspace in its pod: it brings the files before the workspace starts, saves
 * them while it runs, and once more when the pod is asked to end. It decides when to save and what
 * to do when another pod has taken the workspace over. Start at {@link
 * dev.berth.node.pod.PodContent}.
 */
@org.jspecify.annotations.NullMarked
package dev.berth.node.pod;
