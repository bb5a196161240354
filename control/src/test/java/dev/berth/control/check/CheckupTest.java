package dev.berth.control.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.protocol.check.CheckRun;
import dev.berth.protocol.check.Result;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CheckupTest {
  private static final Duration NEVER = Duration.ofHours(1);

  /** Only when somebody asks, and as often as that. */
  private static final Checkup.Times ASKED =
      new Checkup.Times(NEVER, NEVER, Duration.ZERO, Duration.ofSeconds(20));

  private final Gateways gateways = new Gateways();

  private Checkup checkup(Checkup.Times times, Hop... hops) {
    var surroundings = new Surroundings("me", List.of(hops), Optional::empty);
    return Checkup.open(surroundings, gateways, "1", times, Clock.systemUTC());
  }

  private static Hop hop(Hop.Proof proof) {
    return new Hop("B702", "object store", proof);
  }

  private static List<Result> good() {
    return List.of(Result.good("B702", "object store", "there"));
  }

  private static CheckRun ended(Checkup checkup) {
    return await().until(() -> checkup.view().last(), Optional::isPresent).orElseThrow();
  }

  private static List<Result> ofStore(CheckRun run) {
    return run.results().stream().filter(one -> one.code().equals("B702")).toList();
  }

  @Test
  void who_asks_while_a_run_goes_on_gets_that_one() throws Exception {
    var runs = new AtomicInteger();
    var began = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    try (var checkup =
        checkup(
            ASKED,
            hop(() -> {
              runs.incrementAndGet();
              began.countDown();
              end.await();
              return good();
            }))) {
      var since = checkup.begin().running();
      began.await();

      assertThat(since).isPresent();
      assertThat(checkup.begin().running()).isEqualTo(since);
      assertThat(checkup.begin().last()).isEmpty();

      end.countDown();
      var run = ended(checkup);
      assertThat(run.by()).isEqualTo("me");
      assertThat(ofStore(run)).isEqualTo(good());
      assertThat(checkup.view().running()).isEmpty();
      assertThat(runs).hasValue(1);
    }
  }

  @Test
  void who_asks_just_after_one_has_its_results_and_later_a_new_one_is_made() throws Exception {
    var clock = new SetClock();
    var runs = new Semaphore(0);
    var mayEnd = new Semaphore(1);
    var surroundings =
        new Surroundings(
            "me",
            List.of(
                hop(() -> {
                  runs.release();
                  mayEnd.acquire();
                  return good();
                })),
            Optional::empty);
    var times = new Checkup.Times(NEVER, NEVER, Duration.ofSeconds(3), Duration.ofSeconds(20));
    try (var checkup = Checkup.open(surroundings, gateways, "1", times, clock)) {
      checkup.begin();
      var first = ended(checkup);

      clock.now = clock.now.plusSeconds(2);
      assertThat(checkup.begin().running()).isEmpty();
      assertThat(checkup.view().last()).contains(first);

      clock.now = clock.now.plusSeconds(2);
      assertThat(checkup.begin().running()).isPresent();
      mayEnd.release();
      runs.acquire(2);
    }
  }

  @Test
  void it_checks_by_itself_at_its_beginning_and_again() throws Exception {
    var runs = new Semaphore(0);
    var soon = Duration.ofMillis(1);
    try (var _ =
        checkup(
            new Checkup.Times(soon, soon, soon, Duration.ofSeconds(20)),
            hop(() -> {
              runs.release();
              return good();
            }))) {
      runs.acquire(3);
    }
  }

  @Test
  void what_fails_hangs_or_has_a_bug_is_bad_and_keeps_no_other_from_its_result() {
    var times = new Checkup.Times(NEVER, NEVER, Duration.ZERO, Duration.ofSeconds(2));
    try (var checkup =
        checkup(
            times,
            new Hop(
                "B1",
                "fails",
                () -> {
                  throw new Problem.Unavailable("It is away.", "Bring it back.");
                }),
            new Hop(
                "B2",
                "hangs",
                () -> {
                  new CountDownLatch(1).await();
                  return good();
                }),
            new Hop(
                "B3",
                "breaks",
                () -> {
                  throw new IllegalStateException("of a test");
                }),
            hop(CheckupTest::good))) {
      checkup.begin();
      var run = ended(checkup);

      assertThat(ofStore(run)).isEqualTo(good());
      assertThat(what(run, "B1")).isEqualTo("It is away.");
      assertThat(what(run, "B2")).startsWith("It has not answered");
      assertThat(what(run, "B3")).contains("a bug of Berth's").contains("of a test");
    }
  }

  private static String what(CheckRun run, String code) {
    var result = run.results().stream().filter(one -> one.code().equals(code)).findFirst();
    return result.orElseThrow().outcome() instanceof Result.Outcome.Bad bad ? bad.what() : "";
  }

  @Test
  void gateways_are_told_by_name_and_one_of_another_version_is_doubtful() {
    assertThat(gateways.prove("1").getFirst().outcome()).isInstanceOf(Result.Outcome.Bad.class);

    var first = gateways.connect(new Gateways.Gateway("one", "1"));
    assertThat(gateways.prove("1")).containsExactly(Result.good("B901", "gateways", "one (1)"));

    var second = gateways.connect(new Gateways.Gateway("two", "0.9"));
    assertThat(gateways.prove("1").getFirst().outcome())
        .isInstanceOfSatisfying(
            Result.Outcome.Doubtful.class,
            doubtful -> assertThat(doubtful.what()).contains("two (0.9)").doesNotContain("one"));

    second.close();
    assertThat(gateways.prove("1").getFirst().outcome()).isInstanceOf(Result.Outcome.Good.class);
    first.close();
    assertThat(gateways.prove("1").getFirst().outcome()).isInstanceOf(Result.Outcome.Bad.class);
  }

  private static final class SetClock extends Clock {
    private volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");

    @Override
    public java.time.ZoneId getZone() {
      return java.time.ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
