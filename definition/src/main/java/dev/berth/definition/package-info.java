/**
 * What a repository wants of its workspace, as a value: the {@link
 * dev.berth.definition.Definition}, with every problem of its file at its line and column.
 *
 * <p>Only the value stands here. {@code definition.resolve} makes one of a repository's files;
 * {@code definition.gitpod} and {@code definition.devcontainer} read the two kinds of them.
 */
@NullMarked
package dev.berth.definition;

import org.jspecify.annotations.NullMarked;
