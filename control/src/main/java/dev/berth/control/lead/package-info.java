/**
 * Which of several controls leads: looks and answers, while the others stand by.
 *
 * <p>Start at {@link dev.berth.control.lead.Leadership}. What it decides is when this process may
 * take itself for the one that leads; what leading means is whoever opens it to say. Knows nothing
 * of workspaces.
 */
@NullMarked
package dev.berth.control.lead;

import org.jspecify.annotations.NullMarked;
