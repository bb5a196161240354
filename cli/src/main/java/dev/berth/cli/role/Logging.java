package dev.berth.cli.role;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import dev.berth.cli.settings.RoleSettings;
import dev.berth.control.store.Database;
import dev.berth.gateway.ssh.SshDoor;
import org.slf4j.LoggerFactory;

/**
 * What is logged, and where: on the error stream, as much as {@code BERTH_LOG} says. Found by
 * Logback as a service. A file of XML would say the same, and take 0.1 s of each start to be read.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String APPENDER = "err";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    context.getStatusManager().add(new NopStatusListener());
    // What the file says comes later; what is said before it is read is in its form already.
    boolean json = "json".equals(System.getenv("BERTH_LOG_FORMAT"));
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(System.getenv("BERTH_LOG"), Level.WARN));
    if (root.getLevel().isGreaterOrEqual(Level.INFO)) {
      context.getLogger(SshDoor.CONNECTIONS_LOG).setLevel(Level.OFF);
      for (var name : Database.CONNECTIONS_LOGS) context.getLogger(name).setLevel(Level.ERROR);
    }
    root.addAppender(errors(context, json ? new JsonLines() : lines(context)));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Writes the log in this form from now on. */
  static void write(RoleSettings.LogFormat format) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) return;
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    if (root.getAppender(APPENDER) instanceof ConsoleAppender<ILoggingEvent> errors
        && (errors.getEncoder() instanceof JsonLines) == (format == RoleSettings.LogFormat.JSON)) {
      return;
    }
    root.detachAppender(APPENDER);
    root.addAppender(
        errors(
            context,
            switch (format) {
              case TEXT -> lines(context);
              case JSON -> new JsonLines();
            }));
  }

  /**
   * For a process whose log is all that is seen of it: also what it does, where nothing else is
   * said.
   */
  static void ofRole(RoleSettings.LogFormat format) {
    write(format);
    if (System.getenv("BERTH_LOG") != null) return;
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) return;
    context.getLogger("dev.berth").setLevel(Level.INFO);
  }

  private static PatternLayoutEncoder lines(LoggerContext context) {
    var lines = new PatternLayoutEncoder();
    lines.setContext(context);
    lines.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n");
    lines.start();
    return lines;
  }

  private static ConsoleAppender<ILoggingEvent> errors(
      LoggerContext context, Encoder<ILoggingEvent> encoder) {
    var errors = new ConsoleAppender<ILoggingEvent>();
    errors.setContext(context);
    errors.setName(APPENDER);
    errors.setTarget("System.err");
    errors.setEncoder(encoder);
    errors.start();
    return errors;
  }
}
