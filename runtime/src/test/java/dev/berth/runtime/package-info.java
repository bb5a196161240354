/**
 * What the tests of every driver and of all saves need, and every test over one.
 *
 * <p>Start at {@link dev.berth.runtime.DriverContract}: the promises of {@link
 * dev.berth.runtime.Driver} as a test. {@link dev.berth.runtime.FakeDriver} keeps them in memory.
 * So do {@link dev.berth.runtime.SavingContract} and {@link dev.berth.runtime.FakeSaves} for {@link
 * dev.berth.runtime.Saves}.
 */
@NullMarked
package dev.berth.runtime;

import org.jspecify.annotations.NullMarked;
