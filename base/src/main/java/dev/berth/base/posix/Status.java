package dev.berth.base.posix;

/** What {@code statx} says of a file; {@code device} is what a device file stands for. */
public record Status(
    int mode,
    int links,
    int uid,
    int gid,
    long inode,
    long sizeBytes,
    long blocks,
    Time modified,
    Time changed,
    long device,
    long fileSystem,
    long mount) {
  /** A moment as the kernel has it; {@code nanos} from 0 to 999,999,999. */
  public record Time(long seconds, int nanos) {}

  public boolean isFolder() {
    return (mode & 0xf000) == 0x4000;
  }

  public boolean isFile() {
    return (mode & 0xf000) == 0x8000;
  }

  public boolean isLink() {
    return (mode & 0xf000) == 0xa000;
  }

  public boolean isFifo() {
    return (mode & 0xf000) == 0x1000;
  }

  /** What overlayfs writes in place of a name that was deleted. */
  public boolean isWhiteout() {
    return (mode & 0xf000) == 0x2000 && device == 0;
  }

  public boolean isSocket() {
    return (mode & 0xf000) == 0xc000;
  }

  /** The twelve bits that {@code chmod} sets. */
  public int rights() {
    return mode & 0xfff;
  }

  /** Fewer blocks of 512 bytes than its size asks for. */
  public boolean hasHoles() {
    return blocks * 512 < sizeBytes;
  }
}
