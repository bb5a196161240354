package dev.berth.cli.settings;

import dev.berth.base.config.Settings;
import dev.berth.base.http.OutwardProxy;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The part of {@code berth.yaml} that says how the outside is reached: {@code proxy}. */
public final class OutwardSettings {
  private static final String AT = "proxy.";

  private OutwardSettings() {}

  /** Empty where it names none. */
  static Optional<OutwardProxy> read(Settings settings) {
    var http = settings.parsed(AT + "http", OutwardProxy::parse);
    var https = settings.parsed(AT + "https", OutwardProxy::parse);
    var except = new ArrayList<String>();
    for (var text : settings.list(AT + "except")) {
      try {
        except.add(OutwardProxy.parseException(text));
      } catch (IllegalArgumentException e) {
        settings.wrong("proxy.except has \"%s\" but each %s".formatted(text, e.getMessage()));
      }
    }
    if (http.isEmpty() && https.isEmpty()) {
      if (!except.isEmpty()) settings.wrong("proxy.except is set, and no proxy.http or .https");
      return Optional.empty();
    }
    return Optional.of(new OutwardProxy(http.or(() -> https), https.or(() -> http), except));
  }

  /** Before this process asks anybody anything: clients that are made earlier go straight. */
  public static void begin(Configuration configuration) {
    configuration
        .proxy()
        .ifPresent(proxy -> proxy.sparing(servers(configuration.cluster())).begin());
  }

  /** API servers of clusters are inner places, wherever they are. */
  private static List<String> servers(Optional<ClusterSettings> cluster) {
    var hosts = new ArrayList<String>();
    for (var settings : cluster.stream().toList()) {
      var all = new ArrayList<ClusterAccess>(List.of(settings.access()));
      settings.members().forEach(member -> all.add(member.access()));
      for (var access : all) {
        var host = Optional.ofNullable(Cluster.server(access).getHost());
        host.map(name -> name.replaceAll("[\\[\\]]", "")).ifPresent(hosts::add);
      }
    }
    return hosts;
  }
}
