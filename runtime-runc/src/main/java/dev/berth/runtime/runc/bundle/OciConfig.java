package dev.berth.runtime.runc.bundle;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts of the OCI runtime specification 1.0.2's config.json that we use, by its names. */
record OciConfig(
    String ociVersion,
    FirstProcess process,
    Root root,
    String hostname,
    List<Mount> mounts,
    Hooks hooks,
    Linux linux) {

  record FirstProcess(
      boolean terminal,
      User user,
      List<String> args,
      List<String> env,
      String cwd,
      Capabilities capabilities,
      boolean noNewPrivileges) {}

  record User(int uid, int gid) {}

  record Capabilities(List<String> bounding, List<String> effective, List<String> permitted) {}

  record Root(String path, boolean readonly) {}

  record Mount(String destination, String type, String source, List<String> options) {}

  record Hooks(List<Hook> createRuntime) {}

  record Hook(String path, List<String> args, List<String> env, int timeout) {}

  record Linux(
      List<IdMapping> uidMappings,
      List<IdMapping> gidMappings,
      Map<String, String> sysctl,
      Resources resources,
      String cgroupsPath,
      List<Namespace> namespaces,
      Seccomp seccomp,
      List<String> maskedPaths,
      List<String> readonlyPaths) {}

  record IdMapping(int containerID, int hostID, int size) {}

  record Namespace(String type) {}

  record Resources(List<DeviceRule> devices, Memory memory, Cpu cpu, Pids pids) {}

  record DeviceRule(
      boolean allow,
      Optional<String> type,
      Optional<Integer> major,
      Optional<Integer> minor,
      String access) {}

  record Memory(long limit, Optional<Long> swap) {}

  record Cpu(long quota, long period) {}

  record Pids(long limit) {}

  record Seccomp(
      String defaultAction, int defaultErrnoRet, List<String> architectures, List<Rule> syscalls) {}

  record Rule(List<String> names, String action, Optional<Integer> errnoRet, List<Arg> args) {}

  record Arg(int index, long value, String op) {}
}
