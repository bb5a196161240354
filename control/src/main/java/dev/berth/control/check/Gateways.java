package dev.berth.control.check;

import dev.berth.protocol.check.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The gateways that listen to where workspaces run. Any thread may call. */
public final class Gateways {
  private static final String CODE = "B901";
  private static final String HOP = "gateways";

  /**
   * A gateway.
   *
   * @param name of its machine or pod
   * @param version of its program
   */
  public record Gateway(String name, String version) {}

  /** As long as it is open, the gateway listens. */
  public interface Connected extends AutoCloseable {
    @Override
    void close();
  }

  private final Map<Connected, Gateway> connected = new HashMap<>();

  /** It listens from now on. */
  public synchronized Connected connect(Gateway gateway) {
    var stream =
        new Connected() {
          @Override
          public void close() {
            disconnect(this);
          }
        };
    connected.put(stream, gateway);
    return stream;
  }

  private synchronized void disconnect(Connected stream) {
    connected.remove(stream);
  }

  private synchronized List<Gateway> all() {
    return connected.values().stream().distinct().toList();
  }

  /**
   * Whether any is there, and of which version.
   *
   * @param ours the version of this control
   */
  List<Result> prove(String ours) {
    var there = new ArrayList<>(all());
    if (there.isEmpty()) {
      return List.of(
          Result.bad(
              CODE,
              HOP,
              "None is connected to this control.",
              "They are the only way in; one that is not connected knows of no workspace that starts now.",
              "See that gateways run and reach control (control.hosts), and that they have the same key (key.file): their log says why not."));
    }
    var others = there.stream().filter(one -> !one.version().equals(ours)).toList();
    if (others.isEmpty()) return List.of(Result.good(CODE, HOP, words(there)));
    return List.of(
        Result.doubtful(
            CODE,
            HOP,
            "Of another version than this control (%s): %s.".formatted(ours, words(others)),
            "That is so in the middle of an update; one that was left out may lack what is new.",
            "Wait for the update's end, or update these, too."));
  }

  private static String words(List<Gateway> gateways) {
    return gateways.stream()
        .map(one -> "%s (%s)".formatted(one.name(), one.version()))
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
