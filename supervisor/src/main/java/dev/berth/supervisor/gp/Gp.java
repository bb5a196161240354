package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.base.text.NearName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The command. Exit code 0, or 1 for whatever went wrong, as the older command has it. */
public final class Gp {
  /** Not in the help: runs each line of its input, so that its cache knows all that is used. */
  private static final String TRAINING = "__training";

  private Gp() {}

  public static void main(String[] arguments) throws IOException {
    var caller = Caller.ofThisProcess();
    int code =
        arguments.length == 1 && arguments[0].equals(TRAINING)
            ? train(caller)
            : run(List.of(arguments), caller);
    caller.out().flush();
    // Without waiting for a thread that still reads what the user may type.
    Runtime.getRuntime().halt(code);
  }

  private static int train(Caller caller) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(caller.in(), StandardCharsets.UTF_8));
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      var silent =
          new Caller(
              caller.env(),
              caller.folder(),
              java.io.InputStream.nullInputStream(),
              caller.out(),
              caller.err());
      int code = run(List.of(line.split(" ")), silent);
      if (code != 0) caller.err().println("gp: training: " + line + " gave " + code);
    }
    return 0;
  }

  /** All that there is, in the order of the help. */
  static List<Verb> verbs() {
    return Stream.of(
            Environment.verbs(),
            Facts.verbs(),
            StartFile.verbs(),
            Editor.verbs(),
            Ports.verbs(),
            TaskList.verbs(),
            Life.verbs(),
            Meeting.verbs(),
            Load.verbs(),
            Validation.verbs(),
            Completion.verbs(),
            Usage.verbs(),
            GitCredential.verbs())
        .flatMap(List::stream)
        .toList();
  }

  static int run(List<String> words, Caller caller) {
    try {
      return answered(words, caller);
    } catch (Problem e) {
      caller.out().flush();
      caller.err().println("gp: " + e.words());
    } catch (UncheckedIOException e) {
      caller.out().flush();
      caller.err().println("gp: " + words(Objects.requireNonNull(e.getCause())));
    } catch (IOException e) {
      caller.out().flush();
      caller.err().println("gp: " + words(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("gp " + String.join(" ", words) + " failed", e);
    }
    return 1;
  }

  /** Of a file Java says no more than its name. */
  private static String words(IOException e) {
    return switch (e) {
      case NoSuchFileException none -> "There is no %s.".formatted(none.getFile());
      case AccessDeniedException closed ->
          "%s may not be read or written by this user.".formatted(closed.getFile());
      default -> Objects.requireNonNullElseGet(e.getMessage(), e::toString);
    };
  }

  private static int answered(List<String> words, Caller caller) throws Exception {
    var verbs = verbs();
    if (words.isEmpty() || isHelp(words.getFirst()) || words.equals(List.of("help"))) {
      return Usage.all(verbs, caller.out());
    }
    if (words.getFirst().equals("help")) {
      var asked = new ArrayList<>(words.subList(1, words.size()));
      asked.add("--help");
      return answered(asked, caller);
    }
    var verb = find(words, verbs);
    if (verb.isEmpty()) return group(words, verbs, caller);
    var rest = words.subList(verb.get().name().split(" ").length, words.size());
    if (asksForHelp(rest)) return Usage.of(verb.get(), caller.out());
    return verb.get().deed().run(Call.read(verb.get(), rest, caller));
  }

  /** The longest name that the words begin with. */
  private static Optional<Verb> find(List<String> words, List<Verb> verbs) {
    var one = words.getFirst();
    var two = words.size() > 1 ? one + " " + words.get(1) : one;
    return verbs.stream()
        .filter(verb -> verb.name().equals(two))
        .findFirst()
        .or(() -> verbs.stream().filter(verb -> verb.name().equals(one)).findFirst());
  }

  private static int group(List<String> words, List<Verb> verbs, Caller caller) {
    var name = words.getFirst();
    var inGroup = verbs.stream().filter(verb -> verb.name().startsWith(name + " ")).toList();
    if (!inGroup.isEmpty() && (words.size() == 1 || isHelp(words.get(1)))) {
      return Usage.all(inGroup, caller.out());
    }
    boolean one = words.size() == 1 || words.get(1).startsWith("-");
    var said = one ? name : name + " " + words.get(1);
    var names = verbs.stream().filter(verb -> !verb.hidden()).map(Verb::name).toList();
    throw new Problem.Invalid(
        "There is no command \"gp %s\".".formatted(said.replaceAll("\\p{Cntrl}", "?")),
        NearName.of(said, names).map("Did you mean gp %s?"::formatted).orElse("See gp --help."));
  }

  private static boolean isHelp(String word) {
    return word.equals("--help") || word.equals("-h");
  }

  private static boolean asksForHelp(List<String> words) {
    int end = words.indexOf("--");
    return words.subList(0, end < 0 ? words.size() : end).stream().anyMatch(Gp::isHelp);
  }
}
