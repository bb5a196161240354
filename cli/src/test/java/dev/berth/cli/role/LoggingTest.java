package dev.berth.cli.role;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.berth.control.store.Database;
import dev.berth.gateway.ssh.SshDoor;
import org.junit.jupiter.api.Test;

final class LoggingTest {
  @Test
  void no_scanner_of_the_ssh_port_fills_the_log() {
    var context = new LoggerContext();
    new Logging().configure(context);

    assertThat(context.getLogger(SshDoor.CONNECTIONS_LOG).isErrorEnabled()).isFalse();
    assertThat(context.getLogger(SshDoor.class).isWarnEnabled()).isTrue();
  }

  @Test
  void an_outage_of_the_database_is_told_of_by_berth_and_not_by_each_connection() {
    var context = new LoggerContext();
    new Logging().configure(context);

    assertThat(Database.CONNECTIONS_LOGS)
        .isNotEmpty()
        .allMatch(name -> !context.getLogger(name).isWarnEnabled())
        .allMatch(name -> context.getLogger(name).isErrorEnabled());
    assertThat(context.getLogger(Database.class).isWarnEnabled()).isTrue();
  }
}
