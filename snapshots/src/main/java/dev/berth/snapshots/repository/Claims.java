package dev.berth.snapshots.repository;

import dev.berth.base.Problem;
import dev.berth.objects.Listing;
import dev.berth.objects.ObjectName;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Kind;
import dev.berth.snapshots.format.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who writes a series, where several could believe that they do: each that begins claims it with
 * the next number, and the highest counts. Nobody is asked whether he lives; who finds himself
 * outnumbered knows that the series goes on without him.
 */
public final class Claims {
  /** More would be one each minute for twenty years. */
  private static final int DIGITS = 8;

  /** Who claims a series at his good end, so that whoever looks knows that nothing is missing. */
  private static final String NOBODY = "nobody";

  /** Behind a writer: he will say so. Of one without it nothing is known. */
  private static final String RELEASES = " releases";

  private final Repository repository;
  private final String series;

  public Claims(Repository repository, String series) {
    this.repository = repository;
    this.series = series;
  }

  /**
   * The one that counts.
   *
   * @param writer as he called himself
   * @param at by his clock
   * @param releases whether he says when he comes to a good end
   */
  public record Claim(int number, String writer, Instant at, boolean releases) {
    /** Whether who claimed it before came to a good end. */
    public boolean isReleased() {
      return writer.equals(NOBODY);
    }

    /** Whether its writer goes on, or came to an end at which he did not write all that he had. */
    public boolean isOpen() {
      return releases && !isReleased();
    }
  }

  /** Makes {@code writer} the one that counts, unless he is; the claim that does then. */
  public Claim make(String writer, Instant now) throws IOException, InterruptedException {
    while (true) {
      var newest = newest();
      if (newest.filter(claim -> claim.writer.equals(writer)).isPresent()) return newest.get();
      var mine = new Claim(newest.map(Claim::number).orElse(0) + 1, writer, now, true);
      if (repository.put(Kind.CLAIM, name(mine.number), text(mine))) {
        forgetBefore(mine.number - 1);
        return mine;
      }
    }
  }

  /** Says that who has the claim {@code mine} wrote all that he had, unless another has it now. */
  public void release(int mine, Instant now) throws IOException, InterruptedException {
    var released = new Claim(mine + 1, NOBODY, now, false);
    if (repository.put(Kind.CLAIM, name(released.number), text(released))) forgetBefore(mine);
  }

  /** Whether the claim is still there; its series was forgotten where neither it is nor a later. */
  public boolean has(int mine) throws IOException, InterruptedException {
    return repository.open(Kind.CLAIM, name(mine)).isPresent();
  }

  /** The claim that counts; empty where nobody made one. */
  public Optional<Claim> newest() throws IOException, InterruptedException {
    var all = numbers();
    if (all.isEmpty()) return Optional.empty();
    return Optional.of(read(all.getLast()));
  }

  /** The first that is left of those after {@code mine}; empty while that one counts. */
  public Optional<Claim> after(int mine) throws IOException, InterruptedException {
    for (int number : numbers()) if (number > mine) return Optional.of(read(number));
    return Optional.empty();
  }

  /** The one before {@code mine}; empty where there is none, or it is forgotten. */
  public Optional<Claim> before(int mine) throws IOException, InterruptedException {
    var earlier = numbers().stream().filter(number -> number < mine).toList();
    return earlier.isEmpty() ? Optional.empty() : Optional.of(read(earlier.getLast()));
  }

  private List<Integer> numbers() throws IOException, InterruptedException {
    return Listing.all(repository.store(), folder()).stream()
        .map(object -> Integer.parseInt(object.name().last()))
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  /** The one before the newest stays: who lists late sees that there is one. */
  private void forgetBefore(int number) throws IOException, InterruptedException {
    for (int old : numbers()) if (old < number) repository.store().delete(name(old));
  }

  /** Removes all of them, with the series. */
  public void forget() throws IOException, InterruptedException {
    for (int old : numbers()) repository.store().delete(name(old));
  }

  private Claim read(int number) throws IOException, InterruptedException {
    var plain = repository.open(Kind.CLAIM, name(number));
    if (plain.isEmpty()) {
      throw new Problem.Conflict(
          "Who writes %s changed while it was looked at.".formatted(series), "Try again.");
    }
    var text = new String(plain.get(), StandardCharsets.US_ASCII);
    int space = text.indexOf(' ');
    try {
      var writer = text.substring(space + 1);
      boolean releases = writer.endsWith(RELEASES);
      var name = releases ? writer.substring(0, writer.length() - RELEASES.length()) : writer;
      return new Claim(number, name, Instant.parse(text.substring(0, space)), releases);
    } catch (DateTimeParseException | StringIndexOutOfBoundsException e) {
      throw new Damaged(name(number) + " is no claim", e);
    }
  }

  private static byte[] text(Claim claim) {
    var text = claim.at + " " + claim.writer + (claim.releases ? RELEASES : "");
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private ObjectName folder() {
    return Names.claims(repository.keys(), series);
  }

  private ObjectName name(int number) {
    return folder().with(("%0" + DIGITS + "d").formatted(number));
  }
}
