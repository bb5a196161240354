/**
 * The processes that serve, each wired from top to bottom: all of one machine, control, a gateway,
 * what runs beside a pod's workspace.
 *
 * <p>Start at {@link dev.berth.cli.role.Installation}, which {@code berth up} opens; {@code
 * ControlRole} and {@code GatewayRole} are its parts as processes of their own. Knows no command
 * but those that start and end it.
 */
@NullMarked
package dev.berth.cli.role;

import org.jspecify.annotations.NullMarked;
