/**
 * The whole product as its users start it: the real program, real containers, a real browser.
 *
 * <p>Start at {@link dev.berth.e2e.WorkspaceTest}. {@link dev.berth.e2e.Installation} is one Berth
 * in a folder of its own, {@link dev.berth.e2e.GitHost} the git server that it opens repositories
 * of, {@link dev.berth.e2e.Site} the pair that most tests share. Knows nothing of the insides: what
 * is seen here is seen by the command line, the HTTP API, a browser, or the kernel.
 */
@NullMarked
package dev.berth.e2e;

import org.jspecify.annotations.NullMarked;
