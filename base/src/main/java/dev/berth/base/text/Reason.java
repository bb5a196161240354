package dev.berth.base.text;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Why something of this machine could not be had, as the end of a sentence. Of a file Java says no
 * more than its name, where it has a type of its own for what is the matter.
 */
public final class Reason {
  /** A path with a few deep folders; longer ones are cut. */
  private static final int SHOWN = 300;

  private Reason() {}

  /** Without a full stop. */
  public static String of(Throwable failure) {
    return switch (failure) {
      case NoSuchFileException none -> "there is no " + file(none);
      case AccessDeniedException closed ->
          "this process's user may not read or write " + file(closed);
      case NotDirectoryException other -> file(other) + " is no folder";
      case FileAlreadyExistsException there -> file(there) + " is there already";
      case DirectoryNotEmptyException full -> file(full) + " is not empty";
      case SocketException socket -> socket(socket);
      default -> words(failure);
    };
  }

  /** The same behind the addresses that nobody could listen at: {@code 127.0.0.1:80: ...}. */
  public static String listening(List<InetSocketAddress> at, Throwable failure) {
    var shown = at.stream().map(Reason::shown).collect(Collectors.joining(" and "));
    return "%s: %s".formatted(shown, of(failure));
  }

  private static String shown(InetSocketAddress at) {
    var shown = at.isUnresolved() ? at.getHostString() + ":" + at.getPort() : at.toString();
    return shown.substring(shown.indexOf('/') + 1);
  }

  /** The system's words for a socket; in another language they stay as they are. */
  private static String socket(SocketException failure) {
    var said = words(failure);
    if (failure instanceof BindException) {
      if (said.contains("already in use")) return "another program listens there";
      if (said.contains("assign requested")) return "this machine has no such address";
    }
    return said.equals("Permission denied") ? "this process's user may not listen there" : said;
  }

  private static String file(FileSystemException failure) {
    return Quoted.printable(String.valueOf(failure.getFile()), SHOWN);
  }

  private static String words(Throwable failure) {
    var message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
