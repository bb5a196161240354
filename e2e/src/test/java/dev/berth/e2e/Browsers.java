package dev.berth.e2e;

import com.microsoft.playwright.BrowserType;
import java.nio.file.Path;
import java.util.List;

/** The distribution's Chromium as all tests start it. */
final class Browsers {
  private Browsers() {}

  /** It asks for nothing but what the tests open. */
  static BrowserType.LaunchOptions options() {
    return new BrowserType.LaunchOptions()
        .setExecutablePath(Path.of("/usr/bin/chromium"))
        .setArgs(
            List.of(
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync"));
  }
}
