/**
 * The command {@code gp} inside an instance: a short-lived process of the user's that asks the
 * supervisor at its local socket and prints. It decides how its words are read and its answers look
 * (gitpod-classic 8.1), and nothing else; what needs control goes through the supervisor as an
 * errand.
 *
 * <p>Start at {@link dev.berth.supervisor.gp.Gp}. Knows nothing of the supervisor's own process.
 */
@NullMarked
package dev.berth.supervisor.gp;

import org.jspecify.annotations.NullMarked;
