/**
 * What control's API takes and answers, for the dashboard and the command line.
 *
 * <p>Start at {@link dev.berth.protocol.api.WorkspaceView}; {@code docs/formats/api} describes the
 * calls.
 */
@NullMarked
package dev.berth.protocol.api;

import org.jspecify.annotations.NullMarked;
