package dev.berth.runtime.runc.bundle;

import dev.berth.base.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container is made of.
 *
 * @param name its host name
 * @param cgroup where its control groups lie, from each hierarchy's root
 * @param root its root file system
 * @param idBase the host's id of its root; 65536 ids are its own
 * @param binds shown inside, in this order
 * @param devices that it may open beside the usual
 * @param networkHook a script for sh that gives the new network namespace its link; it reads the
 *     container's state on its standard input
 * @param limitSwap whether the machine has swap, so that memory needs a second limit
 */
public record Bundle(
    String name,
    String cgroup,
    Path root,
    int idBase,
    Limits limits,
    List<Bind> binds,
    List<String> inMemory,
    List<Device> devices,
    Path networkHook,
    boolean limitSwap) {

  public Bundle {
    binds = List.copyOf(binds);
    inMemory = List.copyOf(inMemory);
    devices = List.copyOf(devices);
  }

  /** How much it may use: thousandths of a core, bytes, processes and threads. */
  public record Limits(int cpuMillis, long memoryBytes, int processes) {}

  /** A folder or file of the host, shown inside. */
  public record Bind(Path source, String inside, boolean readOnly, boolean devices) {}

  /** A character device. */
  public record Device(int major, int minor) {}

  private static final int IDS = 65536;

  /** The scheduler's accounting period; the kernel's default, in microseconds. */
  private static final long CPU_PERIOD = 100_000;

  /** From the hook's start to its end; it runs ip twice, which takes milliseconds. */
  private static final int HOOK_SECONDS = 10;

  private static final List<String> NAMESPACES =
      List.of("user", "pid", "mount", "ipc", "uts", "network", "cgroup");

  /**
   * What root inside can do, within its user namespace: what sudo, apt, chown and debuggers need.
   * Not NET_ADMIN and NET_RAW, so that nobody inside can take another's address or forge packets;
   * ping works without (see the sysctl), and whoever unshares a network is its admin there.
   */
  private static final List<String> CAPABILITIES =
      List.of(
          "CAP_AUDIT_WRITE",
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_FOWNER",
          "CAP_FSETID",
          "CAP_KILL",
          "CAP_MKNOD",
          "CAP_NET_BIND_SERVICE",
          "CAP_SETFCAP",
          "CAP_SETGID",
          "CAP_SETPCAP",
          "CAP_SETUID",
          "CAP_SYS_CHROOT",
          "CAP_SYS_PTRACE");

  /** IPv6 stays on the loopback interface only: addresses and firewall rules are IPv4's. */
  private static final Map<String, String> SYSCTL =
      Map.of(
          "net.ipv4.ping_group_range", "0 65535",
          "net.ipv4.ip_unprivileged_port_start", "0",
          "net.ipv6.conf.default.disable_ipv6", "1");

  /** The host's kernel, hardware and other users' doings, as far as proc and sys tell of them. */
  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/devices/virtual/powercap",
          "/sys/firmware");

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** The config.json for a container whose first process is {@code first}, as its root. */
  public byte[] config(FirstProcess first) {
    var ids = List.of(new OciConfig.IdMapping(0, idBase, IDS));
    return Json.bytes(
        new OciConfig(
            "1.0.2",
            process(first),
            new OciConfig.Root(root.toString(), false),
            name,
            mounts(),
            new OciConfig.Hooks(List.of(hook())),
            new OciConfig.Linux(
                ids,
                ids,
                SYSCTL,
                resources(),
                cgroup,
                NAMESPACES.stream().map(OciConfig.Namespace::new).toList(),
                SystemCalls.read(),
                MASKED,
                READ_ONLY)));
  }

  private static OciConfig.FirstProcess process(FirstProcess first) {
    var capabilities = new OciConfig.Capabilities(CAPABILITIES, CAPABILITIES, CAPABILITIES);
    return new OciConfig.FirstProcess(
        false,
        new OciConfig.User(0, 0),
        first.argv(),
        first.environment(),
        "/",
        capabilities,
        false); // sudo must be able to gain privileges; they end at the user namespace
  }

  private OciConfig.Hook hook() {
    return new OciConfig.Hook(
        "/bin/sh", List.of("sh", networkHook.toString()), List.of(PATH), HOOK_SECONDS);
  }

  private OciConfig.Resources resources() {
    var rules = new ArrayList<OciConfig.DeviceRule>();
    rules.add(
        new OciConfig.DeviceRule(
            false, Optional.empty(), Optional.empty(), Optional.empty(), "rwm"));
    for (var device : devices) {
      rules.add(
          new OciConfig.DeviceRule(
              true,
              Optional.of("c"),
              Optional.of(device.major()),
              Optional.of(device.minor()),
              "rwm"));
    }
    Optional<Long> swap = limitSwap ? Optional.of(limits.memoryBytes()) : Optional.empty();
    return new OciConfig.Resources(
        rules,
        new OciConfig.Memory(limits.memoryBytes(), swap),
        new OciConfig.Cpu(limits.cpuMillis() * CPU_PERIOD / 1000, CPU_PERIOD),
        new OciConfig.Pids(limits.processes()));
  }

  private List<OciConfig.Mount> mounts() {
    var mounts = new ArrayList<OciConfig.Mount>();
    mounts.add(mount("/proc", "proc", "nosuid", "noexec", "nodev"));
    mounts.add(mount("/dev", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
    mounts.add(
        mount(
            "/dev/pts",
            "devpts",
            "nosuid",
            "noexec",
            "newinstance",
            "ptmxmode=0666",
            "mode=0620",
            "gid=5"));
    // Browsers keep their pages' pictures here; it counts as memory anyway, so half of that.
    mounts.add(
        mount(
            "/dev/shm",
            "tmpfs",
            "nosuid",
            "noexec",
            "nodev",
            "mode=1777",
            "size=" + limits.memoryBytes() / 2));
    mounts.add(mount("/dev/mqueue", "mqueue", "nosuid", "noexec", "nodev"));
    mounts.add(mount("/sys", "sysfs", "nosuid", "noexec", "nodev", "ro"));
    mounts.add(mount("/sys/fs/cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro"));
    for (var bind : binds) {
      var options = new ArrayList<>(List.of("bind", "nosuid"));
      options.add(bind.readOnly() ? "ro" : "rw");
      if (!bind.devices()) options.add("nodev");
      mounts.add(new OciConfig.Mount(bind.inside(), "bind", bind.source().toString(), options));
    }
    for (var inside : inMemory) {
      var size = "size=" + limits.memoryBytes() / 2;
      mounts.add(mount(inside, "tmpfs", "nosuid", "nodev", "mode=1777", size));
    }
    return mounts;
  }

  private static OciConfig.Mount mount(String inside, String type, String... options) {
    return new OciConfig.Mount(inside, type, type, List.of(options));
  }
}
