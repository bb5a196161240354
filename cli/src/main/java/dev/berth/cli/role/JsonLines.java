package dev.berth.cli.role;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.berth.base.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;

/** Lines of a log as collectors of a cluster read them: one JSON object each. */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  /** A stack of a thousand frames is cut, so that a line stays below what collectors take. */
  private static final int STACK_MAX = 16_000;

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = new LinkedHashMap<String, String>();
    line.put("time", event.getInstant().toString());
    line.put("severity", event.getLevel().toString());
    line.put("message", String.valueOf(event.getFormattedMessage()));
    line.put("logger", event.getLoggerName());
    line.put("thread", event.getThreadName());
    if (event.getThrowableProxy() != null) {
      var stack = ThrowableProxyUtil.asString(event.getThrowableProxy());
      line.put("stack", stack.length() <= STACK_MAX ? stack : stack.substring(0, STACK_MAX));
    }
    return (Json.write(line) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
