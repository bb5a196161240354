package dev.berth.cli.line;

import dev.berth.base.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** Says which Berth this is. */
@Command(
    name = "version",
    description = "Prints the version of Berth and of what it runs on.",
    mixinStandardHelpOptions = true)
public final class Version implements Callable<Integer>, IVersionProvider {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** As the build wrote it. */
  public static String number() {
    try (InputStream in = Version.class.getResourceAsStream("/dev/berth/cli/version.properties")) {
      var properties = new Properties();
      if (in != null) properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String[] getVersion() {
    return new String[] {"berth " + number()};
  }

  @Override
  public Integer call() {
    var java = Runtime.version().toString();
    var kernel = System.getProperty("os.name") + " " + System.getProperty("os.version");
    if (json) {
      System.out.println(Json.write(Map.of("version", number(), "java", java, "kernel", kernel)));
    } else {
      System.out.printf("berth %s (Java %s, %s)%n", number(), java, kernel);
    }
    return 0;
  }
}
