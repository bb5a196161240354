package dev.berth.runtime.runc.build;

import dev.berth.base.Problem;
import dev.berth.definition.devcontainer.FeatureMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
   * Of all features' variables with what they name, in letters: each may hold the one before it
   * twice. As much as a file's values may have; Linux takes 2 MiB.
   */
  private static final int MOST_EXPANDED = 1 << 20;

  /**
   * Makes the account that will work in the image, as the supervisor makes it from what it finds:
   * one that is named gets the number that files have everywhere (gitpod-classic 7.6), as the
   * specification gives it that of who works on it. Features ask for it by name.
   */
  private static final String BEGIN =
      """
      set -u
      umask 022
      line() { grep "^$1:" /etc/passwd 2>/dev/null | head -n 1; }
      field() { line "$1" | cut -d: -f"$2"; }
      take() {
        old=$(field "$1" 3) group=$(field "$1" 4) home=$(field "$1" 6)
        case $home in /?*) ;; *) return 0 ;; esac
        find "$home" -xdev -user "$old" -exec chown -h 33333 {} + 2>/dev/null
        if grep -q "^$1:[^:]*:$group:" /etc/group && ! grep -qE '^[^:]*:[^:]*:33333:' /etc/group; then
          find "$home" -xdev -group "$group" -exec chgrp -h 33333 {} + 2>/dev/null
          sed -i "s/^\\($1:[^:]*\\):$group:/\\1:33333:/" /etc/group
        else
          sed -i "/^[^:]*:[^:]*:$group:/{s/$/,$1/;s/:,/:/;}" /etc/group
        fi
        grep "^$1:" /etc/passwd | sed "s/^\\($1:[^:]*\\):[^:]*:[^:]*:/\\1:33333:33333:/" > /etc/passwd.berth
        grep -v "^$1:" /etc/passwd >> /etc/passwd.berth
        cat /etc/passwd.berth > /etc/passwd
        rm /etc/passwd.berth
      }
      user=${WANTED%%:*}
      case $user in
      ''|*[!0-9]*) ;;
      0) user=root ;;
      *) user=$(grep "^[^:]*:[^:]*:$user:" /etc/passwd 2>/dev/null | head -n 1 | cut -d: -f1) ;;
      esac
      case $user in ''|-*|*[!A-Za-z0-9_-]*) user=gitpod ;; esac
      [ "$(field "$user" 3)" != 0 ] || user=root
      holder=$(grep '^[^:]*:[^:]*:33333:' /etc/passwd 2>/dev/null | head -n 1 | cut -d: -f1)
      if [ "$user" = root ] || [ "$user" = "$holder" ]; then
        :
      elif [ -n "$holder" ] && [ "$holder" != gitpod ]; then
        user=$holder
      elif [ "$user" != gitpod ] && [ -n "$(line "$user")" ]; then
        take "$user"
      elif [ "$user" = gitpod ] && [ -z "$(line gitpod)" ]; then
        shell=/bin/sh; [ -x /bin/bash ] && shell=/bin/bash
        echo "gitpod:x:33333:33333::/home/gitpod:$shell" >> /etc/passwd
        if [ -f /etc/shadow ] && ! grep -q '^gitpod:' /etc/shadow; then
          echo 'gitpod:*:20000:0:99999:7:::' >> /etc/shadow
        fi
        if [ ! -e /home/gitpod ]; then
          mkdir -p /home/gitpod
          [ -d /etc/skel ] && cp -R /etc/skel/. /home/gitpod/
          chown -R 33333:33333 /home/gitpod
        fi
      fi
      if [ "$user" != root ] && ! grep -qE '^[^:]*:[^:]*:33333:' /etc/group 2>/dev/null; then
        if [ "$user" = gitpod ]; then echo "gitpod:x:33333:" >> /etc/group
        elif [ -n "$(line "$user")" ]; then echo "$user-files:x:33333:" >> /etc/group
        fi
      fi
      home=$(field "$user" 6)
      [ -n "$home" ] || { [ "$user" = root ] && home=/root; } || home=/home/$user
      export _REMOTE_USER="$user" _REMOTE_USER_HOME="$home"
      export _CONTAINER_USER="$_REMOTE_USER" _CONTAINER_USER_HOME="$_REMOTE_USER_HOME"
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

  /**
   * The script.
   *
   * @param user for whom, by name or number
   * @throws Problem.Invalid where a feature's variables come to more than may be
   */
  static InstallScript of(Map<String, String> base, String user, List<Step> steps) {
    var env = new TreeMap<>(base);
    env.keySet().removeIf(name -> !name.matches("[A-Za-z_][A-Za-z0-9_]*"));
    env.putIfAbsent("PATH", PATH);
    var script = new StringBuilder();
    env.forEach((name, value) -> export(script, name, value));
    script.append("WANTED=%s\n".formatted(quoted(user))).append(BEGIN);
    int room = MOST_EXPANDED;
    for (int i = 0; i < steps.size(); i++) {
      var step = steps.get(i);
      for (var variable : step.metadata().containerEnv().entrySet()) {
        var value =
            expanded(variable.getValue(), env, room).orElseThrow(() -> tooLong(step.name()));
        room -= value.length();
        env.put(variable.getKey(), value);
        export(script, variable.getKey(), value);
      }
      script.append("(\n");
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

  /** The value with what it names; empty where it would have more than {@code most} letters. */
  private static Optional<String> expanded(String value, Map<String, String> env, int most) {
    var text = new StringBuilder();
    var match = VARIABLE.matcher(value);
    int from = 0;
    while (match.find()) {
      var name = match.group(1) == null ? match.group(2) : match.group(1);
      var otherwise = match.group(3) == null ? "" : match.group(3);
      var known = env.getOrDefault(name, "");
      text.append(value, from, match.start()).append(known.isEmpty() ? otherwise : known);
      from = match.end();
      if (text.length() > most) return Optional.empty();
    }
    text.append(value, from, value.length());
    return text.length() > most ? Optional.empty() : Optional.of(text.toString());
  }

  private static Problem tooLong(String feature) {
    return new Problem.Invalid(
        "The variables of features come to more than %d MiB with those of %s."
            .formatted(MOST_EXPANDED >> 20, feature),
        "Leave it out or take another version of it." + FeatureSource.OR_DEFAULT);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
