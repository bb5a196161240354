/**
 * Notes that somebody uses a workspace, and tells control every few seconds.
 *
 * <p>Start at {@link dev.berth.gateway.activity.ActivityLog}. Knows nothing of what counts as use;
 * {@code dev.berth.gateway.http} does.
 */
@NullMarked
package dev.berth.gateway.activity;

import org.jspecify.annotations.NullMarked;
