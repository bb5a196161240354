/**
 * What an operator wants of an installation on a cluster, as berth.yaml says it.
 *
 * <p>Start at {@link dev.berth.installer.config.Install}.
 */
@NullMarked
package dev.berth.installer.config;

import org.jspecify.annotations.NullMarked;
