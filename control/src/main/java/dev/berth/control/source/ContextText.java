package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.control.source.ContextUrl.Repository;
import dev.berth.control.source.ContextUrl.Wanted;
import dev.berth.protocol.Notice;
import java.net.IDN;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the text of a context URL apart: prefixes, scheme, host, query; the path is PathShape's.
 */
final class ContextText {
  private static final int MOST = 8192; // what common servers take as a request's first line

  private static final Pattern VARIABLES = Pattern.compile("([\\w-]+=[^/]*)/(.*)");
  private static final Pattern VARIABLE_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,254}");
  private static final Pattern REFERRER = Pattern.compile("referrer:([^/:]*)(?::([^/]*))?/(.*)");
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)");
  private static final Pattern SCP = Pattern.compile("[A-Za-z0-9._-]+@([A-Za-z0-9.-]+):(.+)");
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:([^@]*)@)?(\\[[0-9A-Fa-f:.]{2,45}\\]|[^@:\\[\\]]+)(?::([0-9]{1,5}))?");
  private static final Pattern HOST =
      Pattern.compile(
          "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\\.?");

  private static final String EXAMPLE = "Write it like https://github.com/owner/repository.";

  private final Map<String, String> variables = new LinkedHashMap<>();
  private final List<Notice> notices = new ArrayList<>();

  private ContextText() {}

  static ContextUrl parse(String text) {
    return new ContextText().whole(text);
  }

  private ContextUrl whole(String given) {
    if (given.length() > MOST) {
      throw new Problem.Invalid(
          "The URL has %d characters; at most %d are taken.".formatted(given.length(), MOST),
          EXAMPLE);
    }
    var text = given.strip();
    if (text.isEmpty()) throw new Problem.Invalid("The URL is empty.", EXAMPLE);
    if (!Quoted.isPlain(text) || text.chars().anyMatch(Character::isWhitespace)) {
      throw new Problem.Invalid(
          "The URL holds a space or a control character.", "Remove it, or write %20 for a space.");
    }
    text = withoutPrefixes(text.startsWith("#") ? text.substring(1) : text);
    var scp = SCP.matcher(text);
    var scheme = SCHEME.matcher(text);
    if (scheme.matches()) {
      return switch (scheme.group(1).toLowerCase(Locale.ROOT)) {
        case "https" -> remote("https", scheme.group(2), false);
        case "http" -> remote("http", scheme.group(2), false);
        case "ssh", "git+ssh", "ssh+git" -> remote("https", scheme.group(2), true);
        case "file" -> folder(scheme.group(2));
        default ->
            throw new Problem.Invalid(
                "Repositories are not opened by %s."
                    .formatted(Quoted.text(scheme.group(1) + "://")),
                "Give an address that begins with https://, http://, ssh:// or file://.");
      };
    }
    if (text.contains("::") || text.startsWith("-")) {
      throw new Problem.Invalid("%s is no URL.".formatted(Quoted.text(text)), EXAMPLE);
    }
    if (scp.matches()) return remote("https", scp.group(1) + "/" + scp.group(2), true);
    return withoutScheme(text);
  }

  private ContextUrl withoutScheme(String text) {
    var first = text.split("[/?#]", 2)[0];
    if (!first.contains(".") && !first.contains(":") && !first.equals("localhost")) {
      throw new Problem.Invalid(
          "%s does not begin with a host's name.".formatted(Quoted.text(text)), EXAMPLE);
    }
    return remote("https", text, false);
  }

  // ---- prefixes (gitpod-classic 4.1)

  private String withoutPrefixes(String text) {
    var rest = text.startsWith("/") ? text.substring(1) : text;
    for (int i = 0; i < 4; i++) { // more than four kinds there are not
      var set = VARIABLES.matcher(rest);
      var referrer = REFERRER.matcher(rest);
      if (set.matches()) {
        for (var pair : set.group(1).split(",")) variable(pair);
        rest = set.group(2);
      } else if (referrer.matches()) {
        warn(
            "%s asks for its own editor; desktop editors are not served yet."
                .formatted(Quoted.text(referrer.group(1))));
        rest = referrer.group(3);
      } else if (rest.startsWith("imagebuild/")) {
        warn("\"imagebuild/\" is not followed: images are not built yet.");
        rest = rest.substring("imagebuild/".length());
      } else {
        refuseLaterPrefix(rest);
        return rest;
      }
    }
    return rest;
  }

  private static void refuseLaterPrefix(String rest) {
    var later = List.of("prebuild/", "open-prebuild/", "incremental-prebuild/", "snapshot/");
    for (var prefix : later) {
      if (!rest.startsWith(prefix)) continue;
      throw new Problem.Invalid(
          "Addresses that begin with \"%s\" are not served yet.".formatted(prefix),
          "Open the repository's own address.");
    }
  }

  private void variable(String pair) {
    var sides = pair.split("=", -1);
    var value = sides.length == 2 ? decoded(sides[1]) : "";
    if (sides.length != 2 || value.isEmpty() || !VARIABLE_NAME.matcher(sides[0]).matches()) {
      warn("The variable %s is not set: write NAME=value.".formatted(Quoted.text(sides[0])));
    } else if (sides[0].startsWith("GITPOD_") || sides[0].startsWith("BERTH_")) {
      warn("The variable %s is not set: its name is reserved.".formatted(sides[0]));
    } else {
      variables.put(sides[0], value);
    }
  }

  // ---- scheme://authority/path?query#fragment

  private record Address(String authority, List<String> path, Optional<String> at) {}

  private static Address address(String text) {
    var withoutFragment = text.split("#", 2)[0];
    var query = withoutFragment.split("\\?", 2);
    int slash = query[0].indexOf('/');
    var authority = slash < 0 ? query[0] : query[0].substring(0, slash);
    var path = new ArrayList<String>();
    if (slash >= 0) {
      for (var part : query[0].substring(slash).split("/")) {
        if (part.isEmpty()) continue; // doubled and closing slashes
        var plain = decoded(part);
        if (plain.equals(".") || plain.equals("..")) {
          throw new Problem.Invalid(
              "The path of the URL holds %s.".formatted(Quoted.text(plain)), EXAMPLE);
        }
        path.add(plain);
      }
    }
    return new Address(authority, path, query.length == 1 ? Optional.empty() : at(query[1]));
  }

  /** Bitbucket's way to name a branch: ?at=refs/heads/main. */
  private static Optional<String> at(String query) {
    for (var pair : query.split("&")) {
      if (pair.startsWith("at=") && pair.length() > 3) {
        return Optional.of(decoded(pair.substring(3)));
      }
    }
    return Optional.empty();
  }

  private ContextUrl remote(String scheme, String text, boolean fromSsh) {
    var address = address(text);
    var authority = AUTHORITY.matcher(address.authority());
    if (!authority.matches()) {
      throw new Problem.Invalid(
          "The URL's host %s is none."
              .formatted(Quoted.text(address.authority().replaceFirst(".*@", ""))),
          EXAMPLE);
    }
    var user = authority.group(1);
    if (user != null && !fromSsh) refuseSecret(user);
    var host = host(authority.group(2));
    int port = port(scheme, fromSsh ? null : authority.group(3));
    if (fromSsh && authority.group(3) != null) {
      tell("The SSH address is asked by https on port 443 instead of its SSH port.");
    }
    boolean usual = port == (scheme.equals("http") ? 80 : 443);
    var origin = scheme + "://" + host + (usual ? "" : ":" + port);
    var shape = PathShape.of(host, address.path(), address.at());
    if (shape.wanted() instanceof Wanted.Issue(int number)) {
      tell("Issue %d is opened on the default branch.".formatted(number));
    }
    var repository = new Repository.Remote(origin, host, port, shape.repository(), fromSsh);
    return context(
        origin + "/" + Encoded.path(address.path()), repository, shape.wanted(), address);
  }

  private ContextUrl folder(String text) {
    var address = address(text);
    if (!address.authority().isEmpty() && !address.authority().equals("localhost")) {
      throw new Problem.Invalid(
          "A file:// address names this machine's folders only, and this one names the host %s."
              .formatted(Quoted.text(address.authority())),
          "Write three slashes, for example file:///srv/repositories/shop.");
    }
    if (address.path().isEmpty()) {
      throw new Problem.Invalid(
          "The file:// address names no folder.", "Write one like file:///srv/repositories/shop.");
    }
    if (text.contains("#")) {
      warn("What stands behind the # is left out; a branch is named by ?at=BRANCH.");
    }
    var path = "/" + String.join("/", address.path());
    Wanted wanted = address.at().map(PathShape::named).orElseGet(Wanted.DefaultBranch::new);
    return context(
        "file:///" + Encoded.path(address.path()),
        new Repository.Folder(Path.of(path)),
        wanted,
        address);
  }

  private ContextUrl context(String base, Repository repository, Wanted wanted, Address address) {
    var at = address.at().map(name -> "?at=" + Encoded.text(name)).orElse("");
    return new ContextUrl(base + at, repository, wanted, variables, notices);
  }

  private void warn(String text) {
    notices.add(Notice.warning(text));
  }

  private void tell(String text) {
    notices.add(Notice.information(text));
  }

  private void refuseSecret(String user) {
    if (user.contains(":")) {
      throw new Problem.Invalid(
          "The URL holds a password, which would be stored and shown with the workspace.",
          "Remove what stands before the @, and change the password if others saw it.");
    }
    tell("The user name before the @ is left out.");
  }

  private static String host(String written) {
    if (written.startsWith("[")) return written.toLowerCase(Locale.ROOT);
    String host;
    try {
      host = IDN.toASCII(decoded(written), IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw noHost(written, e);
    }
    if (host.length() > 253 || !HOST.matcher(host).matches()) throw noHost(written, null);
    return host;
  }

  private static Problem.Invalid noHost(String written, @Nullable Throwable cause) {
    var what = "%s is no host's name.".formatted(Quoted.text(written));
    return cause == null
        ? new Problem.Invalid(what, EXAMPLE)
        : new Problem.Invalid(what, EXAMPLE, cause);
  }

  private static int port(String scheme, @Nullable String written) {
    if (written == null) return scheme.equals("http") ? 80 : 443;
    int port = Integer.parseInt(written);
    if (port >= 1 && port <= 65535) return port;
    throw new Problem.Invalid(
        "%s is no port.".formatted(written), "Use a number from 1 to 65535, or none.");
  }

  /** {@code text} with its %XX replaced, which must be UTF-8 and hold nothing unprintable. */
  private static String decoded(String text) {
    if (text.indexOf('%') < 0) return text;
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var plain = ByteBuffer.allocate(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        plain.put(bytes[i]);
        continue;
      }
      int high = i + 2 <= bytes.length - 1 ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 <= bytes.length - 1 ? Character.digit(bytes[i + 2], 16) : -1;
      if (high < 0 || low < 0) throw badPercent(text);
      plain.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      var decoded = StandardCharsets.UTF_8.newDecoder().decode(plain.flip()).toString();
      if (Quoted.isPlain(decoded)) return decoded;
    } catch (CharacterCodingException e) {
      throw badPercent(text);
    }
    throw badPercent(text);
  }

  private static Problem.Invalid badPercent(String text) {
    return new Problem.Invalid(
        "The %%-signs in %s do not stand for letters.".formatted(Quoted.text(text)),
        "Write %25 for a percent sign itself.");
  }
}
