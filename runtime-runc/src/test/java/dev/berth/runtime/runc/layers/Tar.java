package dev.berth.runtime.runc.layers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Layers made by hand, by another writer than the reader under test. */
final class Tar {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream out;

  Tar() {
    this(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  Tar(int longNames) {
    out = new TarArchiveOutputStream(bytes, "UTF-8");
    out.setLongFileMode(longNames);
    out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    out.setAddPaxHeadersForNonAsciiNames(true);
  }

  Tar folder(String name) {
    return add(entry(name, TarConstants.LF_DIR, 0755), "");
  }

  Tar folder(String name, int mode, int uid, int gid) {
    var entry = entry(name, TarConstants.LF_DIR, mode);
    entry.setIds(uid, gid);
    return add(entry, "");
  }

  Tar file(String name, String content) {
    return add(entry(name, TarConstants.LF_NORMAL, 0644), content);
  }

  Tar file(String name, String content, int mode, long uid, long gid, Map<String, String> pax) {
    var entry = entry(name, TarConstants.LF_NORMAL, mode);
    entry.setUserId(uid);
    entry.setGroupId(gid);
    pax.forEach(entry::addPaxHeader);
    return add(entry, content);
  }

  Tar symlink(String name, String target) {
    return link(name, target, TarConstants.LF_SYMLINK);
  }

  Tar hardLink(String name, String target) {
    return link(name, target, TarConstants.LF_LINK);
  }

  Tar special(String name, byte type) {
    return add(entry(name, type, 0666), "");
  }

  private Tar link(String name, String target, byte type) {
    var entry = entry(name, type, 0777);
    entry.setLinkName(target);
    return add(entry, "");
  }

  private static TarArchiveEntry entry(String name, byte type, int mode) {
    var entry = new TarArchiveEntry(name, type, true);
    entry.setMode(mode);
    entry.setModTime(1_700_000_000_000L);
    return entry;
  }

  private Tar add(TarArchiveEntry entry, String content) {
    try {
      var body = content.getBytes(StandardCharsets.UTF_8);
      entry.setSize(body.length);
      out.putArchiveEntry(entry);
      out.write(body);
      out.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] bytes() {
    try {
      out.close();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
