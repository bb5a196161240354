/**
 * What a repository wants of its workspace: its {@code .gitpod.yml} becomes a {@link
 * dev.berth.definition.Definition}, with every problem at its line and column.
 *
 * <p>Start at {@link dev.berth.definition.GitpodYml}. A text first becomes a tree of {@code Value}s
 * that know their place and nothing of YAML; only then is it asked for fields, so that another
 * format needs another reader of text only. Knows nothing of files, git and images.
 */
@NullMarked
package dev.berth.definition;

import org.jspecify.annotations.NullMarked;
