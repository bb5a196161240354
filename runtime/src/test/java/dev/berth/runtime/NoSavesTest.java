package dev.berth.runtime;

/** A machine that saves nothing promises no less of what is not there. */
final class NoSavesTest extends SavesContract {
  @Override
  protected Saves open() {
    return Saves.OFF;
  }
}
