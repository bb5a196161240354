/**
 * Finds the definition of a repository among its files, or makes one of what lies in it
 * (gitpod-classic 3.1).
 *
 * <p>Start at {@link dev.berth.definition.resolve.Definitions}. It asks a {@code RepositoryFiles},
 * which somebody else holds at a commit or over a folder; knows nothing of git.
 */
@NullMarked
package dev.berth.definition.resolve;

import org.jspecify.annotations.NullMarked;
