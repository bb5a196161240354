package dev.berth.cli.ssh;

import dev.berth.base.Problem;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.Me;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A user's configuration of ssh, in which one block is an installation's. All else in it is the
 * user's and stays as it is, byte for byte; it is replaced whole, or not at all.
 */
final class SshConfigFile {
  private static final String PRIVATE = "rw-------";

  private final Path file;
  private final Home home;
  private final String begin;
  private final String end;

  SshConfigFile(Path file, Home home) {
    var name = home.folder().toString();
    if (!name.matches("[^\\p{Cntrl}\"]+")) {
      throw new Problem.Invalid(
          "The folder's name cannot stand in a configuration of ssh.", "Use a plainer BERTH_HOME.");
    }
    this.file = file.toAbsolutePath();
    this.home = home;
    this.begin = "# BEGIN berth " + name;
    this.end = "# END berth " + name;
  }

  /**
   * The block for {@code door} and the workspaces that there are, with the host's keys beside it.
   */
  String block(Me.SshAddress door, List<WorkspaceId> workspaces) {
    var known =
        """
          UserKnownHostsFile "%s"
          StrictHostKeyChecking yes
        """
            .formatted(knownHosts());
    return block(door, workspaces, known);
  }

  /** The same for a machine that has no such file: it keeps the keys that it meets first. */
  String elsewhere(Me.SshAddress door, List<WorkspaceId> workspaces) {
    return block(door, workspaces, "  StrictHostKeyChecking accept-new\n");
  }

  private String block(Me.SshAddress door, List<WorkspaceId> workspaces, String known) {
    if (!door.host().matches("[A-Za-z0-9.:-]{1,255}")) {
      throw new Problem.Invalid(
          "The server's name is no host.", "Look at `dashboard` in berth.yaml.");
    }
    var names = new ArrayList<>(List.of(door.host()));
    workspaces.forEach(id -> names.add(id.value()));
    var block = new StringBuilder();
    block.append(begin).append(" (`berth ssh-config` writes this; changes here are lost)\n");
    // The same server however it is called, so its keys are kept under one name.
    block
        .append("Host ")
        .append(String.join(" ", names))
        .append(
            """

              HostName %s
              Port %d
              HostKeyAlias %s
              ServerAliveInterval 30
            """
                .formatted(address(door.host()), door.port(), alias(door)));
    block.append(known);
    for (var id : workspaces) block.append("Host %1$s\n  User %1$s\n".formatted(id));
    return block.append("Match all\n").append(end).append('\n').toString();
  }

  /** Not every resolver knows names below localhost. */
  private static String address(String host) {
    return host.equals("localhost") || host.endsWith(".localhost") ? "127.0.0.1" : host;
  }

  private static String alias(Me.SshAddress door) {
    return "%s-%d".formatted(door.host(), door.port());
  }

  private Path knownHosts() {
    var beside = file.resolveSibling("berth_known_hosts");
    return beside.resolveSibling(
        beside.getFileName() + home.folder().toString().replaceAll("[^A-Za-z0-9]+", "_"));
  }

  /** Puts {@code block} in the place of the one before, or at the end. */
  void write(String block) {
    try {
      var folder = Optional.ofNullable(file.getParent()).orElse(Path.of("/"));
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      var hostKeys = hostKeys(block);
      replace(knownHosts(), hostKeys);
      var without = without(read());
      var gap = without.isEmpty() || without.endsWith("\n") ? "" : "\n";
      replace(file, without + gap + block);
    } catch (IOException e) {
      throw cannot(e);
    }
  }

  void remove() {
    try {
      Files.deleteIfExists(knownHosts());
      if (Files.exists(file)) replace(file, without(read()));
    } catch (IOException e) {
      throw cannot(e);
    }
  }

  private Problem cannot(IOException e) {
    return new Problem.Unavailable(
        "The file %s cannot be changed: %s.".formatted(file, e.getMessage()),
        "Check its rights, or use --print and put the block in yourself.",
        e);
  }

  /** The public host keys, as the server on this machine keeps them. */
  private String hostKeys(String block) throws IOException {
    var alias =
        block
            .lines()
            .filter(line -> line.startsWith("  HostKeyAlias "))
            .map(line -> line.substring("  HostKeyAlias ".length()))
            .findFirst()
            .orElseThrow();
    try (var files = Files.list(home.sshKeys())) {
      var lines = new ArrayList<String>();
      for (var key : files.filter(name -> name.toString().endsWith(".pub")).sorted().toList()) {
        lines.add(alias + " " + Files.readString(key).strip());
      }
      return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }
  }

  private String read() throws IOException {
    // Bytes as they are: the user's comments may be in any encoding.
    return Files.exists(file)
        ? new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
        : "";
  }

  /** {@code text} without our block; a block without its end is not ours to guess at. */
  private String without(String text) {
    var kept = new StringBuilder();
    boolean inside = false;
    for (int at = 0; at < text.length(); ) {
      int newline = text.indexOf('\n', at);
      int next = newline < 0 ? text.length() : newline + 1;
      var line = text.substring(at, newline < 0 ? next : newline);
      if (!inside && isMark(line, begin)) inside = true;
      if (!inside) kept.append(text, at, next);
      else if (isMark(line, end)) inside = false;
      at = next;
    }
    if (inside) {
      throw new Problem.Conflict(
          "The block in %s has no end: \"%s\" is missing.".formatted(file, end),
          "Take the block out by hand, from the line \"%s\" on.".formatted(begin));
    }
    return kept.toString();
  }

  private static boolean isMark(String line, String mark) {
    return line.equals(mark) || line.startsWith(mark + " ") || line.startsWith(mark + "\r");
  }

  /** The user may keep the file elsewhere, by a link; the link stays. */
  private static void replace(Path link, String text) throws IOException {
    var file = Files.exists(link) ? link.toRealPath() : link;
    boolean there = Files.exists(file);
    var rights =
        there ? Files.getPosixFilePermissions(file) : PosixFilePermissions.fromString(PRIVATE);
    var folder = Optional.ofNullable(file.getParent()).orElse(Path.of("/"));
    var temporary =
        Files.createTempFile(
            folder,
            "berth",
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
    try {
      Files.write(temporary, text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
      Files.setPosixFilePermissions(temporary, rights);
      if (there) {
        for (var owner : List.of("unix:uid", "unix:gid")) {
          Files.setAttribute(
              temporary, owner, Files.getAttribute(file, owner), LinkOption.NOFOLLOW_LINKS);
        }
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
