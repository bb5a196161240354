/**
 * {@code berth install}: Berth itself on a Kubernetes cluster, a class for each of its commands.
 *
 * <p>Start at {@link dev.berth.cli.install.InstallCommand}; {@code InstallFile} is what all of them
 * read. What they do is {@code dev.berth.installer}'s.
 */
@NullMarked
package dev.berth.cli.install;

import org.jspecify.annotations.NullMarked;
