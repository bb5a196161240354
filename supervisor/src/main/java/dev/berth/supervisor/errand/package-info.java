/**
 * What processes of the instance ask of control: kept here until control, which asks for it, has
 * answered. Knows nothing of what is asked; that is agreed between {@code gp} and control.
 *
 * <p>Start at {@link dev.berth.supervisor.errand.Errands}.
 */
@NullMarked
package dev.berth.supervisor.errand;

import org.jspecify.annotations.NullMarked;
