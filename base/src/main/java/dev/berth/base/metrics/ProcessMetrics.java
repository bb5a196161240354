package dev.berth.base.metrics;

import dev.berth.base.metrics.Metrics.Value;
import java.lang.management.ManagementFactory;
import java.util.List;

/** What each JVM can say of itself, under the names that dashboards for JVMs know. */
public final class ProcessMetrics {
  private ProcessMetrics() {}

  /** Adds them to {@code metrics}; they are looked at when those are read. */
  public static void addTo(Metrics metrics) {
    metrics.gauge(
        "jvm_memory_used_bytes",
        "Memory that the JVM uses.",
        List.of("area"),
        () -> {
          var memory = ManagementFactory.getMemoryMXBean();
          return List.of(
              new Value(List.of("heap"), (double) memory.getHeapMemoryUsage().getUsed()),
              new Value(List.of("nonheap"), (double) memory.getNonHeapMemoryUsage().getUsed()));
        });
    metrics.gauge(
        "jvm_memory_max_bytes",
        "Memory that the JVM's heap may use.",
        List.of("area"),
        () ->
            List.of(
                new Value(
                    List.of("heap"),
                    (double) ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax())));
    metrics.gauge(
        "jvm_threads_current",
        "Platform threads.",
        List.of(),
        () -> Value.of(ManagementFactory.getThreadMXBean().getThreadCount()));
    metrics.total(
        "jvm_gc_collection_seconds_total",
        "Time spent in garbage collections.",
        List.of("gc"),
        () ->
            ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(gc -> new Value(List.of(gc.getName()), gc.getCollectionTime() / 1000.0))
                .toList());
    metrics.gauge(
        "process_start_time_seconds",
        "When the process began, since 1970.",
        List.of(),
        () -> Value.of(ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0));
    metrics.total(
        "process_cpu_seconds_total",
        "Processor time of the process.",
        List.of(),
        () ->
            ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(time -> Value.of(time.toNanos() / 1e9))
                .orElse(List.of()));
  }
}
