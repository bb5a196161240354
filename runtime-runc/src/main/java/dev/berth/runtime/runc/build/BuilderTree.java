package dev.berth.runtime.runc.build;

import dev.berth.registry.pull.RegistryAccess;
import dev.berth.registry.pull.RegistryPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The folder that stands in a builder's instance where others have the supervisor. */
final class BuilderTree {
  private BuilderTree() {}

  /** Writes it anew: its files are small, and of this version of Berth. */
  static Path write(Path folder, RegistryAccess access) throws IOException {
    Files.createDirectories(folder);
    for (var name : List.of("build.sh", "login.sh", "policy.json")) {
      try (var file = BuilderTree.class.getResourceAsStream(name)) {
        if (file == null) throw new IllegalStateException(name + " is not beside this class");
        write(
            folder.resolve(name),
            new String(file.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    write(folder.resolve("argv"), "/bin/sh\n/.supervisor/build.sh\n");
    write(folder.resolve("env"), "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nHOME=/root\nLANG=C.UTF-8\n");
    write(folder.resolve("registries.conf"), registries(access));
    return folder;
  }

  /** Names are those of the configuration, which has checked them. */
  private static String registries(RegistryAccess access) {
    var mirrors = new TreeMap<String, RegistryPlace>();
    access.mirrors().places().forEach((of, at) -> mirrors.put(of.toString(), at));
    var plain =
        access.insecure().stream()
            .filter(name -> !mirrors.containsKey(name))
            .sorted()
            .map("\n[[registry]]\nlocation = \"%s\"\ninsecure = true\n"::formatted);
    var mirrored =
        mirrors.entrySet().stream()
            .map(mirror ->
                "\n[[registry]]\nprefix = \"%s\"\nlocation = \"%s\"\ninsecure = %s\n"
                    .formatted(
                        mirror.getKey(),
                        mirror.getValue(),
                        access.plainHttp(mirror.getValue().registry())));
    return Stream.concat(plain, mirrored)
        .collect(Collectors.joining("", "unqualified-search-registries = [\"docker.io\"]\n", ""));
  }

  /** Readable inside, whatever the mask of this process. */
  private static void write(Path file, String text) throws IOException {
    var next = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(next, text);
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }
}
