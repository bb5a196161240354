package dev.berth.objects.folder;

import static java.util.Objects.requireNonNull;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps each object as a file of its name. A write goes to a draft first, is forced to the disk,
 * and gets its name by a hard link, which fails where the name is taken; then the folder is forced
 * too.
 */
public final class FolderStore implements ObjectStore {
  /** Begins with a dot, so it is no object's name. */
  private static final String DRAFTS = ".drafts";

  /** No write takes longer; a draft that old was left by a process that ended in the middle. */
  private static final Duration DRAFT_LIFE = Duration.ofDays(1);

  /**
   * Bytes that go to or from a file in one call. Java copies them to memory that it keeps for the
   * thread: of a whole object, that would be as much again as the object.
   */
  private static final int PIECE_BYTES = 256 << 10;

  private final Path root;

  /** Folders that this store forced to the disk; few, since objects are many to a folder. */
  private final Set<Path> lasting = ConcurrentHashMap.newKeySet();

  private FolderStore(Path root) {
    this.root = root;
  }

  /** The store in {@code root}, which is made where it is not there. */
  public static FolderStore open(Path root) {
    try {
      var drafts = root.resolve(DRAFTS);
      if (!Files.isDirectory(drafts)) {
        Files.createDirectories(
            drafts,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        force(root);
      }
      removeOldDrafts(drafts);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The object store's folder %s cannot be used: %s.".formatted(root, Reason.of(e)),
          "Make it a folder that Berth may write to.",
          e);
    }
    return new FolderStore(root);
  }

  private static void removeOldDrafts(Path drafts) throws IOException {
    var oldest = Instant.now().minus(DRAFT_LIFE);
    try (var files = Files.newDirectoryStream(drafts)) {
      for (var draft : files) {
        if (Files.getLastModifiedTime(draft).toInstant().isBefore(oldest)) {
          Files.deleteIfExists(draft);
        }
      }
    }
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes) throws IOException {
    var file = file(name);
    if (Files.exists(file)) return false;
    var draft = root.resolve(DRAFTS).resolve(UUID.randomUUID().toString());
    try {
      write(draft, bytes.duplicate());
      makeFolder(folderOf(file));
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(draft);
    }
    force(folderOf(file));
    return true;
  }

  /**
   * Writes {@code bytes} in the place of what is under the name, which is damaged; who reads sees
   * all of the one or of the other. Lasts as {@link #putIfAbsent}.
   */
  public void replace(ObjectName name, ByteBuffer bytes) throws IOException {
    var file = file(name);
    var draft = root.resolve(DRAFTS).resolve(UUID.randomUUID().toString());
    try {
      write(draft, bytes.duplicate());
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
    force(folderOf(file));
  }

  private static void write(Path draft, ByteBuffer bytes) throws IOException {
    try (var out =
        FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        bytes.position(bytes.position() + out.write(piece(bytes)));
      }
      out.force(true);
    }
  }

  /** The next bytes of {@code all}. */
  private static ByteBuffer piece(ByteBuffer all) {
    return all.slice(all.position(), Math.min(PIECE_BYTES, all.remaining()));
  }

  /** A folder's own entry must last too before anything in it does. */
  private void makeFolder(Path folder) throws IOException {
    if (folder.equals(root) || lasting.contains(folder)) return;
    makeFolder(folderOf(folder));
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException _) {
      // by another writer, who may not have forced it yet
    }
    force(folderOf(folder));
    lasting.add(folder);
  }

  private static Path folderOf(Path inside) {
    return requireNonNull(inside.getParent());
  }

  private static void force(Path folder) throws IOException {
    try (var open = FileChannel.open(folder, StandardOpenOption.READ)) {
      open.force(true);
    }
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException {
    return read(name, 0, MOST_BYTES);
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length) throws IOException {
    try (var in = FileChannel.open(file(name), StandardOpenOption.READ)) {
      long there = Math.max(0, Math.min(length, in.size() - offset));
      var bytes = ByteBuffer.allocate((int) there);
      while (bytes.hasRemaining()) {
        int got = in.read(piece(bytes), offset + bytes.position());
        if (got < 0) break;
        bytes.position(bytes.position() + got);
      }
      if (bytes.hasRemaining()) throw new IOException(name + " became shorter while it was read");
      return Optional.of(bytes.array());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) throws IOException {
    return info(name);
  }

  private Optional<ObjectInfo> info(ObjectName name) throws IOException {
    try {
      var file = Files.readAttributes(file(name), BasicFileAttributes.class);
      if (!file.isRegularFile()) return Optional.empty();
      return Optional.of(new ObjectInfo(name, file.size(), file.lastModifiedTime().toInstant()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after) throws IOException {
    var names = new ArrayList<ObjectName>();
    names(folder, after, names);
    Collections.sort(names); // "a-b" stands before "a/b", which no walk by folder would tell
    var page = new ArrayList<ObjectInfo>();
    for (var name : names) {
      info(name).ifPresent(page::add);
      if (page.size() == MOST_LISTED) break;
    }
    return page;
  }

  /** The folders at the top, in no order; without a disk's own, as {@code lost+found}. */
  public List<ObjectName> folders() throws IOException {
    var folders = new ArrayList<ObjectName>();
    try (var files = Files.newDirectoryStream(root)) {
      for (var file : files) {
        var name = file.getFileName().toString();
        if (Files.isDirectory(file)) ObjectName.parse(name).ifPresent(folders::add);
      }
    }
    return folders;
  }

  private void names(ObjectName folder, Optional<ObjectName> after, List<ObjectName> into)
      throws IOException {
    try (var files = Files.newDirectoryStream(file(folder))) {
      for (var file : files) {
        var name = ObjectName.parse(folder.text() + "/" + file.getFileName());
        if (name.isEmpty()) continue; // none of ours
        if (Files.isDirectory(file)) {
          names(name.get(), after, into);
        } else if (after.isEmpty() || name.get().compareTo(after.get()) > 0) {
          into.add(name.get());
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      // nothing was ever written there
    }
  }

  @Override
  public void delete(ObjectName name) throws IOException {
    if (Files.deleteIfExists(file(name))) force(folderOf(file(name)));
  }

  private Path file(ObjectName name) {
    return root.resolve(name.text());
  }
}
