package dev.berth.base.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that one process counts, by name. Any thread may count; to count costs some nanoseconds, so
 * nothing asks whether anybody reads it. Values of labels are of few kinds, which the code names:
 * never a name, an id or a path.
 */
public final class Metrics {
  private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  /** Of one name; what comes beyond is counted under {@link #OTHER}. */
  private static final int KINDS_MAX = 200;

  private static final String OTHER = "other";

  /** Writes the lines of what has this name. */
  private interface Lines {
    void write(String name, StringBuilder to);
  }

  private record Family(String help, String type, Object of, Lines lines) {}

  private final Map<String, Family> families = new ConcurrentSkipListMap<>();

  /** Those that could not be told last. */
  private final Set<String> untold = ConcurrentHashMap.newKeySet();

  /** A value of a {@link #gauge} now. */
  public record Value(List<String> labels, double value) {
    public Value {
      labels = List.copyOf(labels);
    }

    /** One of a gauge without labels. */
    public static List<Value> of(double value) {
      return List.of(new Value(List.of(), value));
    }
  }

  /** Counts upwards. */
  public static final class Counter {
    private final List<String> labels;
    private final Map<List<String>, LongAdder> counts = new ConcurrentSkipListMap<>(Metrics::order);

    private Counter(List<String> labels) {
      this.labels = labels;
      if (labels.isEmpty()) counts.put(List.of(), new LongAdder());
    }

    /** One more, with these values of its labels. */
    public void count(String... values) {
      of(values).increment();
    }

    /** What counts one kind, for who counts often. */
    public LongAdder of(String... values) {
      return kind(counts, labels, List.of(values), LongAdder::new);
    }

    private void write(String name, StringBuilder to) {
      counts.forEach((kind, count) -> line(to, name, labels, kind, Long.toString(count.sum())));
    }
  }

  /** Counts how long things took, or how large they were. */
  public static final class Histogram {
    private final List<String> labels;
    private final double[] bounds;
    private final Map<List<String>, Buckets> kinds = new ConcurrentSkipListMap<>(Metrics::order);

    private Histogram(List<String> labels, double[] bounds) {
      this.labels = labels;
      this.bounds = bounds;
    }

    /** Something took so long; less than nothing, as by two clocks, counts as nothing. */
    public void took(Duration time, String... values) {
      had(Math.max(0, time.getSeconds() + time.getNano() / 1e9), values);
    }

    /** Something had so much, in the unit of the histogram's name. */
    public void had(double amount, String... values) {
      kind(kinds, labels, List.of(values), () -> new Buckets(bounds.length)).add(amount, bounds);
    }

    private void write(String name, StringBuilder to) {
      kinds.forEach((kind, buckets) -> buckets.write(name, labels, kind, bounds, to));
    }
  }

  private static final class Buckets {
    private final long[] counts;
    private long all;
    private double sum;

    Buckets(int size) {
      counts = new long[size];
    }

    synchronized void add(double amount, double[] bounds) {
      for (int i = 0; i < bounds.length; i++) if (amount <= bounds[i]) counts[i]++;
      all++;
      sum += amount;
    }

    synchronized void write(
        String name, List<String> labels, List<String> kind, double[] bounds, StringBuilder to) {
      var more = new ArrayList<>(labels);
      more.add("le");
      for (int i = 0; i < bounds.length; i++) {
        line(to, name + "_bucket", more, with(kind, number(bounds[i])), Long.toString(counts[i]));
      }
      line(to, name + "_bucket", more, with(kind, "+Inf"), Long.toString(all));
      line(to, name + "_sum", labels, kind, number(sum));
      line(to, name + "_count", labels, kind, Long.toString(all));
    }

    private static List<String> with(List<String> kind, String bound) {
      var all = new ArrayList<>(kind);
      all.add(bound);
      return all;
    }
  }

  /** Begins to count; {@code name} ends with _total. */
  public Counter counter(String name, String help, String... labels) {
    var counter = new Counter(List.of(labels));
    var family = named(name, new Family(help, "counter", counter, counter::write));
    if (family.of() instanceof Counter there) return there;
    throw new IllegalArgumentException(name);
  }

  /** Begins to measure; {@code name} ends with _seconds or _bytes, and so are {@code bounds}. */
  public Histogram histogram(String name, String help, double[] bounds, String... labels) {
    var histogram = new Histogram(List.of(labels), bounds.clone());
    var family = named(name, new Family(help, "histogram", histogram, histogram::write));
    if (family.of() instanceof Histogram there) return there;
    throw new IllegalArgumentException(name);
  }

  /** What begins anew in a process goes on to count where it was. */
  private Family named(String name, Family family) {
    if (!NAME.matcher(name).matches()) throw new IllegalArgumentException(name);
    return Optional.ofNullable(families.putIfAbsent(name, family)).orElse(family);
  }

  /**
   * What is so now, in the place of what the name meant before.
   *
   * @param values is called by whoever reads, from any thread; it must be quick and ask nobody
   */
  public void gauge(String name, String help, List<String> labels, Supplier<List<Value>> values) {
    put(name, help, "gauge", labels, values);
  }

  /** The same of what only grows and is counted elsewhere. */
  public void total(String name, String help, List<String> labels, Supplier<List<Value>> values) {
    put(name, help, "counter", labels, values);
  }

  private void put(
      String name, String help, String type, List<String> labels, Supplier<List<Value>> values) {
    if (!NAME.matcher(name).matches()) throw new IllegalArgumentException(name);
    Lines lines =
        (as, to) -> {
          for (var value : values.get()) {
            line(to, as, labels, value.labels(), number(value.value()));
          }
        };
    families.put(name, new Family(help, type, values, lines));
  }

  /**
   * All of it in Prometheus' text format. One that cannot be told is left out, and the log says why
   * once: who reads is in need of the others then.
   */
  public String text() {
    var text = new StringBuilder(8 << 10);
    families.forEach((name, family) -> {
      int before = text.length();
      try {
        text.append("# HELP ").append(name).append(' ').append(family.help()).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(family.type()).append('\n');
        family.lines().write(name, text);
        untold.remove(name);
      } catch (RuntimeException e) {
        text.setLength(before);
        if (untold.add(name)) LOG.error("the metric {} cannot be told", name, e);
      }
    });
    return text.toString();
  }

  private static <T> T kind(
      Map<List<String>, T> kinds, List<String> labels, List<String> values, Supplier<T> make) {
    if (values.size() != labels.size()) throw new IllegalArgumentException(labels + ": " + values);
    var there = kinds.get(values);
    if (there != null) return there;
    if (kinds.size() < KINDS_MAX) return kinds.computeIfAbsent(values, _ -> make.get());
    return kinds.computeIfAbsent(labels.stream().map(_ -> OTHER).toList(), _ -> make.get());
  }

  private static int order(List<String> one, List<String> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int order = one.get(i).compareTo(other.get(i));
      if (order != 0) return order;
    }
    return Integer.compare(one.size(), other.size());
  }

  private static void line(
      StringBuilder to, String name, List<String> labels, List<String> values, String value) {
    to.append(name);
    for (int i = 0; i < labels.size(); i++) {
      to.append(i == 0 ? '{' : ',').append(labels.get(i)).append("=\"");
      escape(values.get(i), to);
      to.append('"');
    }
    if (!labels.isEmpty()) to.append('}');
    to.append(' ').append(value).append('\n');
  }

  private static void escape(String text, StringBuilder to) {
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> to.append("\\\\");
        case '"' -> to.append("\\\"");
        case '\n' -> to.append("\\n");
        default -> to.append(text.charAt(i));
      }
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
