/**
 * Reads {@code .gitpod.yml}: a class for each group of fields (gitpod-classic 3.2).
 *
 * <p>Start at {@link dev.berth.definition.gitpod.GitpodYml}. Knows nothing of files, git and
 * images.
 */
@NullMarked
package dev.berth.definition.gitpod;

import org.jspecify.annotations.NullMarked;
