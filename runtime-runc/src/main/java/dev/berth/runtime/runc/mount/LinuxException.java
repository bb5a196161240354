package dev.berth.runtime.runc.mount;

import java.io.IOException;

/** A system call that the kernel refused. */
public final class LinuxException extends IOException {
  private static final long serialVersionUID = 1;

  /** Overlayfs and idmapped mounts answer it where the file system or kernel cannot do them. */
  public static final int EINVAL = 22;

  /** The disk is full. */
  public static final int ENOSPC = 28;

  /** The system call is not there: the kernel is too old. */
  public static final int ENOSYS = 38;

  /** Not allowed, though we may be root: a container or a security module is around us. */
  public static final int EPERM = 1;

  private final int errno;

  LinuxException(String what, int errno, String words) {
    super("cannot %s: %s".formatted(what, words));
    this.errno = errno;
  }

  /** The kernel's number for what went wrong, as errno(3) names them. */
  public int errno() {
    return errno;
  }
}
