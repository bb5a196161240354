/**
 * Fills the workspace's folder where no earlier instance did: clones by the image's git, as the
 * user, and tells how far it is (gitpod-classic 12.6).
 *
 * <p>Start at {@link dev.berth.supervisor.content.Content}. What git says is turned into words and
 * percents here; nothing else starts git.
 */
@NullMarked
package dev.berth.supervisor.content;

import org.jspecify.annotations.NullMarked;
