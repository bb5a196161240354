package dev.berth.base.posix;

import java.io.IOException;
import java.util.Map;

/** A system call that failed. */
public final class PosixException extends IOException {
  private static final long serialVersionUID = 1;

  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ENXIO = 6;
  public static final int E2BIG = 7;
  public static final int EACCES = 13;
  public static final int EEXIST = 17;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENOSPC = 28;
  public static final int ERANGE = 34;
  public static final int ELOOP = 40;
  public static final int ENODATA = 61;
  public static final int ENOTSUP = 95;
  public static final int ESTALE = 116;
  public static final int EDQUOT = 122;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(EPERM, "not permitted"),
          Map.entry(ENOENT, "not there"),
          Map.entry(5, "the disk does not work"),
          Map.entry(E2BIG, "too large"),
          Map.entry(EACCES, "no right"),
          Map.entry(EEXIST, "there already"),
          Map.entry(ENOTDIR, "no folder"),
          Map.entry(EISDIR, "a folder"),
          Map.entry(EINVAL, "not allowed by the file system"),
          Map.entry(24, "too many open files"),
          Map.entry(ENOSPC, "no space left"),
          Map.entry(30, "read-only"),
          Map.entry(31, "too many links"),
          Map.entry(36, "name too long"),
          Map.entry(39, "folder not empty"),
          Map.entry(ELOOP, "a symbolic link"),
          Map.entry(ENOTSUP, "not supported by the file system"),
          Map.entry(EDQUOT, "the quota is used up"));

  private final int errno;

  PosixException(String call, int errno) {
    super("%s: %s (errno %d)".formatted(call, NAMES.getOrDefault(errno, "failed"), errno));
    this.errno = errno;
  }

  /** Which call failed, and why. */
  public String what() {
    return String.valueOf(getMessage());
  }

  public int errno() {
    return errno;
  }
}
