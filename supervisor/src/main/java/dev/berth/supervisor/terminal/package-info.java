/**
 * Terminals: what was printed in them, who looks at them, what is typed. They live as long as the
 * instance, whoever comes and goes.
 *
 * <p>Start at {@link dev.berth.supervisor.terminal.Terminals}. Knows nothing of HTTP, nor of why a
 * terminal was opened.
 */
@NullMarked
package dev.berth.supervisor.terminal;

import org.jspecify.annotations.NullMarked;
