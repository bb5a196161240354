package dev.berth.control.account;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import java.util.regex.Pattern;

/** A variable that its user wants in the workspaces of some repositories. */
public record Variable(String name, String value, RepositoryPattern pattern) {
  /**
   * What the loader, shells, git, editors, interpreters and builders are known to take programs, or
   * the places of programs, from. No such list is whole, so it only takes names away from what is
   * allowed otherwise.
   */
  private static final Pattern STEERS =
      Pattern.compile(
          "(?i)(?:LD|DYLD|GIT|SSH|SUDO|NPM_CONFIG|PIP|UV|YARN|PNPM|CARGO|RUST|RUSTC|JAVA|JDK|_JAVA"
              + "|MAVEN|GRADLE|DOTNET|PHP|LUA|R|CMAKE|XDG|BASH|FISH|ELECTRON|VSCODE|BUNDLE|GEM|DOCKER"
              + "|OPENSSL|CURL|MAKE|NIX|NODE_REPL|NODE_TLS|ANSIBLE|SYSTEMD|KUBE)_\\w+"
              + "|(?:PYTHON|PERL|RUBY|LESS)\\w*"
              + "|PATH|ENV|HOME|SHELL|IFS|PS[0-4]|PROMPT_COMMAND|INPUTRC|CDPATH|TERMINFO|TMPDIR"
              + "|ZDOTDIR|BASHOPTS|SHELLOPTS|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|CLASSPATH|GCONV_PATH"
              + "|NODE_(?:OPTIONS|PATH|EXTRA_CA_CERTS)|MAKEFLAGS|MAKEFILES|CC|CXX|AR|AS|KUBECONFIG|WGETRC"
              + "|GO(?:FLAGS|PROXY|PATH|ROOT|ENV|BIN|TOOLCHAIN|PRIVATE|NOSUMDB|SUMDB|INSECURE|AUTH|VCS)"
              + "|TAR_OPTIONS|RSYNC_(?:RSH|CONNECT_PROG)|G?VIMINIT|EXINIT|MAILPATH|CONFIG_SHELL|FPATH"
              + "|GCC_EXEC_PREFIX|COMPILER_PATH|FCEDIT|SVN_(?:SSH|EDITOR)|PKG_CONFIG\\w*|AWS_CONFIG_FILE"
              + "|(?:HTTPS?|ALL|FTP|NO)_PROXY|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|HISTFILE");

  /** What is shown at a door, whatever tool reads it. */
  private static final Pattern SECRET =
      Pattern.compile("(?i)(?:\\w+_)?(?:TOKEN|SECRET|PASSWORD|PASSPHRASE|API_?KEY)|\\w+_USERNAME");

  /**
   * Whose door it is. Not where it is: an address decides where the secrets of other workspaces go,
   * and from where tools take packages. No {@code _NAME}, which may be that of a program.
   */
  private static final Pattern OF_AN_ACCOUNT =
      Pattern.compile("(?i)\\w+_(?:KEY|USER|ID|EMAIL|REGION)");

  // gitpod-classic 3.4
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,254}");
  private static final int VALUE_MAX = 32_767;

  public Variable {
    if (!NAME.matcher(name).matches()) {
      throw new Problem.Invalid(
          "%s is no name of a variable.".formatted(Quoted.text(name)),
          "Use letters, digits and _, and no digit first.");
    }
    if (name.startsWith("GITPOD_") || name.startsWith("BERTH_")) {
      throw new Problem.Invalid(
          "Variables whose names begin with GITPOD_ or BERTH_ are set by Berth itself.",
          "Choose another name.");
    }
    if (value.isBlank() || value.length() > VALUE_MAX || value.indexOf('\0') >= 0) {
      throw new Problem.Invalid(
          "%s has a value that is empty, or longer than %d characters.".formatted(name, VALUE_MAX),
          "Unset it instead, or put a long value into a file.");
    }
  }

  /** Whether it is known to choose programs, so that who sets it runs what he likes. */
  public boolean steersPrograms() {
    return STEERS.matcher(name).matches() && !SECRET.matcher(name).matches();
  }

  /** Whether its name is that of a secret or of an account, which programs take as a text only. */
  public boolean isPlain() {
    return SECRET.matcher(name).matches()
        || (OF_AN_ACCOUNT.matcher(name).matches() && !steersPrograms());
  }

  /** What names it among its user's. */
  public String place() {
    return name + " " + pattern;
  }
}
