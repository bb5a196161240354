package dev.berth.base.process;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets the tests of all modules wait for what must come longer than Awaitility's 10 s, which pass
 * on a loaded machine. JUnit finds it by itself, before the first class, where base's tests are on
 * the class path.
 */
public final class LongWaits implements BeforeAllCallback {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(PATIENCE);
  }
}
