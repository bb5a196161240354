package dev.berth.runtime.runc;

import java.util.function.Consumer;

/**
 * Turns an image reference into unpacked layers on this machine. Calls come from any thread, also
 * for the same reference at the same time; what a killed call left half done is never handed out.
 */
public interface ImageStore {
  /**
   * The root file system of an image, which stays where it is for as long as the machine has it in
   * use. Blocks while it is pulled, telling how far it is, in words, to {@code progress}.
   *
   * @throws dev.berth.base.Problem where it cannot be had
   */
  RootFilesystem fetch(String reference, Consumer<String> progress) throws InterruptedException;
}
