/**
 * Runs instances on this machine: containers of runc (or crun) over overlayfs, with a network of
 * their own.
 *
 * <p>Start at {@link dev.berth.runtime.runc.RuncDriver}. Where root file systems come from is
 * behind {@link dev.berth.runtime.runc.ImageStore}; what runs inside is the supervisor's business.
 */
@NullMarked
package dev.berth.runtime.runc;

import org.jspecify.annotations.NullMarked;
