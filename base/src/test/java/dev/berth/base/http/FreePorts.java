package dev.berth.base.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Ports for servers that a test starts, or where nobody is to listen. One that the kernel picked is
 * free again until the server has it, and is picked for whoever asks for any meanwhile; those here
 * lie below what the kernel picks from, and are lent to one process of tests at a time, each once.
 */
public final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int MANY = 10_000;

  /** Locked at each lent port's place by whom it is lent to, until that ends. */
  private static final Path LENT = Path.of("/var/tmp/berth-test-ports");

  private static final Set<Integer> OURS = new HashSet<>();
  private static final Random RANDOM = new Random();
  private static final FileChannel PLACES = open();

  private FreePorts() {}

  /** One that nobody listens at, on any address, and that nobody else is given. */
  public static synchronized int next() {
    for (int tries = 0; tries < MANY; tries++) {
      int port = FIRST + RANDOM.nextInt(MANY);
      if (OURS.contains(port) || !isLent(port)) continue;
      OURS.add(port);
      if (isFree(port)) return port;
    }
    throw new IllegalStateException("no port from %d on is free".formatted(FIRST));
  }

  /** Never closed: that would give back all of this process. */
  private static FileChannel open() {
    try {
      return FileChannel.open(LENT, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLent(int port) {
    try {
      return PLACES.tryLock(port, 1, false) != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
