package dev.berth.supervisor.process;

import static dev.berth.supervisor.process.Native.Call.SETGROUPS;
import static dev.berth.supervisor.process.Native.Call.SETPRIORITY;
import static dev.berth.supervisor.process.Native.Call.SETRESGID;
import static dev.berth.supervisor.process.Native.Call.SETRESUID;

import dev.berth.base.posix.CFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;

/**
 * posix_spawn, on a thread that first takes the identity of the process to be.
 *
 * <p>The kernel keeps user, groups and nice value for each thread, and only the C library's own
 * wrappers spread a change to all of them; the bare calls do not. The child gets those of the
 * calling thread, which then ends. The program that starts thus never has the supervisor's rights,
 * not for an instant, and no helper program is needed in the image.
 */
final class Spawn {
  private static final CFunction POSIX_SPAWN = CFunction.ofInt("posix_spawn");
  private static final CFunction ACTIONS_INIT = CFunction.ofInt("posix_spawn_file_actions_init");
  private static final CFunction ACTIONS_DESTROY =
      CFunction.ofInt("posix_spawn_file_actions_destroy");
  private static final CFunction ADD_OPEN = CFunction.ofInt("posix_spawn_file_actions_addopen");
  private static final CFunction ADD_DUP = CFunction.ofInt("posix_spawn_file_actions_adddup2");
  private static final CFunction ADD_CHDIR =
      CFunction.ofInt("posix_spawn_file_actions_addchdir_np");
  private static final CFunction ADD_CLOSE_FROM =
      CFunction.ofInt("posix_spawn_file_actions_addclosefrom_np");
  private static final CFunction ATTRIBUTES_INIT = CFunction.ofInt("posix_spawnattr_init");
  private static final CFunction ATTRIBUTES_FLAGS = CFunction.ofInt("posix_spawnattr_setflags");
  private static final CFunction ATTRIBUTES_DEFAULTS =
      CFunction.ofInt("posix_spawnattr_setsigdefault");
  private static final CFunction ATTRIBUTES_MASK = CFunction.ofInt("posix_spawnattr_setsigmask");

  /** spawn.h: POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID. */
  private static final int FLAGS = 0x04 | 0x08 | 0x80;

  /** More than posix_spawnattr_t (336), posix_spawn_file_actions_t (80) and sigset_t (128) take. */
  private static final int STRUCT_BYTES = 512;

  private static final int O_RDWR = 2;

  private Spawn() {}

  /** What a process has as its standard input, output and errors. */
  sealed interface Streams {
    /** A terminal, which becomes its controlling one. */
    record Terminal(Path slave) implements Streams {}

    /** Descriptors of ours, by their numbers. */
    record Numbers(int input, int output, int errors) implements Streams {}
  }

  /** Starts it; its pid, or the negative of an errno. */
  static int spawn(Launch launch, Streams streams) {
    var program = program(launch.argv().getFirst(), launch.env(), launch.workdir());
    if (program.isEmpty()) return -Native.ENOENT;
    var task = new FutureTask<>(() -> spawnAs(launch, program.get(), streams));
    var thread = Thread.ofPlatform().name("spawn").start(task);
    // It takes a moment only, and to leave now would lose the process that it starts.
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
    try {
      return task.resultNow();
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          "cannot take the identity of " + launch.as(), task.exceptionNow());
    }
  }

  private static int spawnAs(Launch launch, Path program, Streams streams) {
    try (var arena = Arena.ofConfined()) {
      if (launch.nice() > 0) Native.call(SETPRIORITY, 0, 0, launch.nice());
      launch.as().ifPresent(identity -> become(arena, identity));
      var actions = arena.allocate(STRUCT_BYTES);
      Native.invoke(ACTIONS_INIT, actions.address());
      try {
        return posixSpawn(arena, launch, program, actions(arena, actions, launch, streams));
      } finally {
        Native.invoke(ACTIONS_DESTROY, actions.address());
      }
    }
  }

  static void become(Arena arena, Identity identity) {
    int gid = identity.gid();
    int uid = identity.uid();
    var groups = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, identity.groups().size()));
    for (int i = 0; i < identity.groups().size(); i++) {
      groups.setAtIndex(ValueLayout.JAVA_INT, i, identity.groups().get(i));
    }
    // EPERM where the user namespace denies setgroups; there are no groups to have there then.
    Native.call(SETGROUPS, identity.groups().size(), groups.address());
    Native.must("setresgid", Native.call(SETRESGID, gid, gid, gid));
    Native.must("setresuid", Native.call(SETRESUID, uid, uid, uid));
  }

  private static MemorySegment actions(
      Arena arena, MemorySegment actions, Launch launch, Streams streams) {
    long to = actions.address();
    switch (streams) {
      case Streams.Terminal(var slave) -> {
        // The first terminal that the leader of a session without one opens becomes its own.
        Native.invoke(ADD_OPEN, to, 0, arena.allocateFrom(slave.toString()).address(), O_RDWR, 0);
        Native.invoke(ADD_DUP, to, 0, 1);
        Native.invoke(ADD_DUP, to, 0, 2);
      }
      case Streams.Numbers(var input, var output, var errors) -> {
        Native.invoke(ADD_DUP, to, input, 0);
        Native.invoke(ADD_DUP, to, output, 1);
        Native.invoke(ADD_DUP, to, errors, 2);
      }
    }
    Native.invoke(ADD_CLOSE_FROM, to, 3);
    Native.invoke(ADD_CHDIR, to, arena.allocateFrom(launch.workdir().toString()).address());
    return actions;
  }

  private static int posixSpawn(Arena arena, Launch launch, Path program, MemorySegment actions) {
    var attributes = arena.allocate(STRUCT_BYTES);
    var signals = arena.allocate(STRUCT_BYTES);
    Native.invoke(ATTRIBUTES_INIT, attributes.address());
    Native.invoke(ATTRIBUTES_FLAGS, attributes.address(), FLAGS);
    Native.invoke(ATTRIBUTES_MASK, attributes.address(), signals.address());
    Native.invoke(ATTRIBUTES_DEFAULTS, attributes.address(), signals.fill((byte) 0xff).address());
    var pid = arena.allocate(ValueLayout.JAVA_INT);
    int error =
        Native.invoke(
            POSIX_SPAWN,
            pid.address(),
            arena.allocateFrom(program.toString()).address(),
            actions.address(),
            attributes.address(),
            Native.strings(arena, launch.argv()).address(),
            Native.strings(arena, environment(launch.env())).address());
    return error == 0 ? pid.get(ValueLayout.JAVA_INT, 0) : -error;
  }

  /** Names that C cannot hold are left out. */
  private static List<String> environment(Map<String, String> env) {
    return env.entrySet().stream()
        .filter(entry -> !entry.getKey().isEmpty() && entry.getKey().indexOf('=') < 0)
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .filter(entry -> entry.indexOf(0) < 0)
        .toList();
  }

  private static Optional<Path> program(String name, Map<String, String> env, Path workdir) {
    if (name.isEmpty() || name.indexOf(0) >= 0) return Optional.empty();
    if (name.indexOf('/') >= 0) return Optional.of(workdir.resolve(name));
    for (var folder : env.getOrDefault("PATH", "").split(":")) {
      if (folder.indexOf(0) >= 0) continue;
      var candidate = workdir.resolve(folder).resolve(name);
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
