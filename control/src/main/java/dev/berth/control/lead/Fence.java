package dev.berth.control.lead;

/**
 * What stands before each deed of a control that may have lost its place meanwhile: a process that
 * was stopped for a minute goes on where it was, while another leads.
 */
@FunctionalInterface
public interface Fence {
  /** Of a control that has no other beside it. */
  Fence NONE = () -> true;

  /** Whether this control still leads, as far as its own clock can tell; asks nobody. */
  boolean holds();
}
