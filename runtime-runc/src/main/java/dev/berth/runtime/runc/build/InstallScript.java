package dev.berth.runtime.runc.build;

import dev.berth.definition.devcontainer.FeatureMetadata;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is run in an image to install features into it (specification, "Invoking install.sh").
 *
 * @param text for any POSIX shell; features lie in {@link #FOLDER}, each in a folder that is its
 *     number
 * @param env what all processes of the image have afterwards
 */
record InstallScript(String text, Map<String, String> env) {
  /** Where the features lie. */
  static final String FOLDER = "features";

  /** Its own name there. */
  static final String NAME = "run.sh";

  /** Docker's, where an image says nothing. */
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:([A-Za-z_]\\w*)|\\{([A-Za-z_]\\w*)(?::-([^}]*))?})");

  /**
   * The account that everybody works with (gitpod-classic 7.6), as the supervisor makes it; it
   * takes what it finds. Features ask for it by name.
   */
  private static final String BEGIN =
      """
      set -u
      umask 022
      if ! grep -qE '^gitpod:|^[^:]*:[^:]*:33333:' /etc/passwd 2>/dev/null; then
        shell=/bin/sh; [ -x /bin/bash ] && shell=/bin/bash
        echo "gitpod:x:33333:33333::/home/gitpod:$shell" >> /etc/passwd
      fi
      grep -qE '^[^:]*:[^:]*:33333:' /etc/group 2>/dev/null || echo 'gitpod:x:33333:' >> /etc/group
      if [ -f /etc/shadow ] && ! grep -q '^gitpod:' /etc/shadow; then
        echo 'gitpod:*:20000:0:99999:7:::' >> /etc/shadow
      fi
      if [ ! -e /home/gitpod ]; then
        mkdir -p /home/gitpod
        [ -d /etc/skel ] && cp -R /etc/skel/. /home/gitpod/
        chown -R 33333:33333 /home/gitpod
      fi
      work=/tmp/dev-container-features
      rm -rf $work && mkdir -p $work || exit 1
      install() {
        echo "Installing $2"
        cp -R "/workspace/features/$1" "$work/$1" && cd "$work/$1" && chmod -R 0755 . && ( exec ./install.sh ) < /dev/null
        code=$?
        if [ $code -ne 0 ]; then
          echo "$1" > /workspace/failed
          exit $code
        fi
        cd /
      }
      """;

  private static final String END =
      """
      rm -rf $work
      echo "Keeping the image"
      : > /workspace/done
      """;

  /** What is installed, in its order; it is called {@code name}. */
  record Step(String name, FeatureMetadata metadata, Map<String, String> options) {}

  static InstallScript of(Map<String, String> base, List<Step> steps) {
    var env = new TreeMap<>(base);
    env.keySet().removeIf(name -> !name.matches("[A-Za-z_][A-Za-z0-9_]*"));
    env.putIfAbsent("PATH", PATH);
    var script = new StringBuilder();
    env.forEach((name, value) -> export(script, name, value));
    script.append(BEGIN);
    for (int i = 0; i < steps.size(); i++) {
      var step = steps.get(i);
      step.metadata()
          .containerEnv()
          .forEach((name, value) -> {
            env.put(name, expanded(value, env));
            export(script, name, env.getOrDefault(name, ""));
          });
      script.append("(\n");
      export(script, "_REMOTE_USER", "gitpod");
      export(script, "_CONTAINER_USER", "gitpod");
      export(script, "_REMOTE_USER_HOME", "/home/gitpod");
      export(script, "_CONTAINER_USER_HOME", "/home/gitpod");
      export(script, "HOME", "/root");
      step.metadata()
          .environment(step.options())
          .forEach((name, value) -> export(script, name, value));
      script.append("install %d %s\n) || exit\n".formatted(i, quoted(step.name())));
    }
    return new InstallScript(script.append(END).toString(), env);
  }

  private static void export(StringBuilder script, String name, String value) {
    // What a shell keeps to itself (UID of bash) cannot be set, and ends no installation.
    script.append("export %s=%s\n".formatted(name, quoted(value)));
  }

  private static String expanded(String value, Map<String, String> env) {
    return VARIABLE
        .matcher(value)
        .replaceAll(match -> {
          var name = match.group(1) == null ? match.group(2) : match.group(1);
          var otherwise = match.group(3) == null ? "" : match.group(3);
          var known = env.getOrDefault(name, "");
          return Matcher.quoteReplacement(known.isEmpty() ? otherwise : known);
        });
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
