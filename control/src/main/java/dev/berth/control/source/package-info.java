/**
 * What a context URL means: a repository, a commit of it, and the definition there.
 *
 * <p>Start at {@link dev.berth.control.source.ContextUrl}, which only reads the text, and {@link
 * dev.berth.control.source.Sources}, which asks the repository by plain git. Hosts, their answers
 * and their files are taken for hostile. Knows nothing of workspaces, accounts and hosts' own APIs.
 */
@NullMarked
package dev.berth.control.source;

import org.jspecify.annotations.NullMarked;
