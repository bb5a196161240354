package dev.berth.runtime.runc.network;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's own filter of what it forwards. Docker and ufw make it drop what nobody allowed, and a
 * packet must please every filter: where it does, the bridge's packets are allowed there too.
 */
final class HostFilter {
  private static final Logger LOG = LoggerFactory.getLogger(HostFilter.class);

  /** It waits for others who change the rules at the same time. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String CHAIN = "FORWARD";

  private final String bridge;

  HostFilter(String bridge) {
    this.bridge = bridge;
  }

  /** Repeats without harm. A host without iptables filters by nft, which its owner knows of. */
  void letThrough() throws InterruptedException {
    var rules = iptables("-S", CHAIN).map(Command.Outcome::text).orElse("");
    if (!drops(rules)) return;
    var there = rules.lines().toList();
    for (var rule : ours()) {
      if (there.contains("-A %s %s".formatted(CHAIN, String.join(" ", rule)))) continue;
      var refused = iptables(arguments("-I", rule)).filter(added -> !added.ok());
      if (refused.isEmpty()) {
        LOG.info("This host drops what it forwards, so workspaces are let through: {}", rule);
      } else {
        LOG.warn(
            "This host drops what it forwards, and {} could not be let through, so workspaces have"
                + " no network: {}",
            bridge,
            refused.get().lastError());
      }
    }
  }

  /** Takes back what {@link #letThrough} allowed. */
  void forget() throws InterruptedException {
    for (var rule : ours()) iptables(arguments("-D", rule));
  }

  private static boolean drops(String rules) {
    return rules
        .lines()
        .anyMatch(rule ->
            rule.equals("-P FORWARD DROP")
                || rule.equals("-A FORWARD -j DROP")
                || rule.startsWith("-A FORWARD -j REJECT"));
  }

  /** Both ways: our own rules have dropped by then what may not go. */
  private List<List<String>> ours() {
    return List.of(List.of("-i", bridge, "-j", "ACCEPT"), List.of("-o", bridge, "-j", "ACCEPT"));
  }

  private static String[] arguments(String what, List<String> rule) {
    return Stream.concat(Stream.of(what, CHAIN), rule.stream()).toArray(String[]::new);
  }

  /** Nothing where there is no such program. */
  private static Optional<Command.Outcome> iptables(String... arguments)
      throws InterruptedException {
    var argv = Stream.concat(Stream.of("iptables", "-w"), Stream.of(arguments)).toList();
    try {
      return Optional.of(Command.of(argv).within(PATIENCE).run());
    } catch (Problem.Unavailable _) {
      return Optional.empty();
    }
  }
}
