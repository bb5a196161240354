/**
 * The seam between control and whatever runs instances.
 *
 * <p>Start at {@link dev.berth.runtime.Driver}. Its promises are a test, {@code DriverContract},
 * which every driver's test extends.
 */
@NullMarked
package dev.berth.runtime;

import org.jspecify.annotations.NullMarked;
