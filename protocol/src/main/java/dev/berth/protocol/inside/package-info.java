/**
 * What a supervisor is told at its start and answers when it is asked.
 *
 * <p>Start at {@link dev.berth.protocol.inside.BootPlan} (a file that the driver lays into the
 * instance) and {@link dev.berth.protocol.inside.InstanceStatus} (what {@code GET
 * /_supervisor/v1/status} answers).
 */
@NullMarked
package dev.berth.protocol.inside;

import org.jspecify.annotations.NullMarked;
