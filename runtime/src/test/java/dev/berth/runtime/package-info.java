/**
 * What every driver's test and every test over a driver needs.
 *
 * <p>Start at {@link dev.berth.runtime.DriverContract}: the promises of {@link
 * dev.berth.runtime.Driver} as a test. {@link dev.berth.runtime.FakeDriver} keeps them in memory.
 */
@NullMarked
package dev.berth.runtime;

import org.jspecify.annotations.NullMarked;
