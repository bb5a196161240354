package dev.berth.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives jars the form that the JVM's cache of classes takes, when Berth is built: class files of at
 * least Java 6, where a library that still serves Java 5 has older ones, and no signatures, as what
 * is signed is checked anew at each load. Left as they are, picocli's classes would cost each
 * command a third of a second, and Bouncy Castle's each start of the server more than a whole one.
 * Maven has checked the jars; the copies that are changed here lie with what it built of them.
 */
final class Renewal {
  /** The first version that says the types of each frame, as the cache wants it: Java 6. */
  private static final int CACHED = 50;

  private Renewal() {}

  /** Renews the jars that the arguments name, each as a whole. */
  public static void main(String... jars) throws IOException {
    for (var jar : jars) renew(Path.of(jar));
  }

  private static void renew(Path jar) throws IOException {
    var draft = jar.resolveSibling(jar.getFileName() + ".new");
    Files.copy(jar, draft, StandardCopyOption.REPLACE_EXISTING);
    try (var inside = FileSystems.newFileSystem(draft);
        Stream<Path> all = Files.walk(inside.getPath("/"))) {
      var root = inside.getPath("/");
      var form = form(root);
      for (var file : all.filter(path -> path.toString().endsWith(".class")).toList()) {
        Files.write(file, renewed(form, Files.readAllBytes(file)));
      }
      unsign(root.resolve("META-INF"));
    }
    Files.move(draft, jar, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes the signatures away, and the digests of all files that the manifest has for them. */
  private static void unsign(Path meta) throws IOException {
    try (var files = Files.list(meta)) {
      for (var file : files.filter(Renewal::isSignature).toList()) Files.delete(file);
    }
    var kept = new Manifest();
    try (var in = Files.newInputStream(meta.resolve("MANIFEST.MF"))) {
      kept.getMainAttributes().putAll(new Manifest(in).getMainAttributes());
    }
    try (var out = Files.newOutputStream(meta.resolve("MANIFEST.MF"))) {
      kept.write(out);
    }
  }

  private static boolean isSignature(Path file) {
    return file.getFileName().toString().matches(".*\\.(SF|RSA|DSA|EC)");
  }

  /** Frames are found by the kinship of classes, which are the jar's own or the JDK's. */
  private static ClassFile form(Path root) {
    var own = ClassHierarchyResolver.ofResourceParsing((ClassDesc type) -> open(root, type));
    return ClassFile.of(
        StackMapsOption.GENERATE_STACK_MAPS,
        ClassHierarchyResolverOption.of(own.orElse(ClassHierarchyResolver.defaultResolver())));
  }

  private static @Nullable InputStream open(Path root, ClassDesc type) {
    var name = type.descriptorString();
    try {
      return Files.newInputStream(root.resolve(name.substring(1, name.length() - 1) + ".class"));
    } catch (NoSuchFileException _) {
      return null; // as the resolver wants it said
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] renewed(ClassFile form, byte[] old) {
    var model = form.parse(old);
    if (model.majorVersion() >= CACHED) return old;
    var version = ClassFileVersion.of(ClassFile.latestMajorVersion(), 0);
    return form.transformClass(
        model,
        ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
            .andThen((builder, element) ->
                builder.with(element instanceof ClassFileVersion ? version : element)));
  }
}
