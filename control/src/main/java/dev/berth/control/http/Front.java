package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Handler;
import dev.berth.base.http.ProblemAnswer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Strangers;
import dev.berth.control.account.Keys;
import dev.berth.control.lead.Fence;
import dev.berth.control.lead.LeaseStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The door of a control that may not lead: what is asked of it is answered by the one that leads,
 * and by this one only while it does.
 */
public final class Front implements Handler {
  private record Leading(Fence fence, Handler routes, Strangers strangers) {}

  private final LeaderAnswer answer;
  private final Supplier<Optional<LeaseStore.Holder>> leader;
  private volatile Optional<Leading> leading = Optional.empty();

  /**
   * @param gatewayToken by which it proves itself to gateways
   * @param tokens of those who may ask where the one that leads is
   */
  public Front(
      String gatewayToken, List<String> tokens, Supplier<Optional<LeaseStore.Holder>> leader) {
    this.answer =
        new LeaderAnswer(
            gatewayToken, shown -> tokens.stream().anyMatch(one -> Keys.same(one, shown)));
    this.leader = leader;
  }

  /** From now on this one leads, while {@code fence} holds. */
  public void lead(Fence fence, Handler routes, Strangers strangers) {
    leading = Optional.of(new Leading(fence, routes, strangers));
  }

  /** Who may send less than others; while it does not lead, all are told so. */
  public Strangers strangers() {
    return new Strangers(ControlRoutes.STRANGERS_BYTES, this::knows);
  }

  private boolean knows(Request request) {
    return leading
        .filter(it -> it.fence().holds())
        .map(it -> it.strangers().known().test(request))
        .orElse(true);
  }

  /** From now on it does not. */
  public void standBy() {
    leading = Optional.empty();
  }

  @Override
  public Response handle(Request request) throws Exception {
    var now = leading.filter(it -> it.fence().holds());
    if (now.isPresent()) return now.get().routes().handle(request);
    if (request.path().equals(LeaderAnswer.PATH)) return answer.to(request, false, this::other);
    return ProblemAnswer.to(notLeading()).with("retry-after", "1");
  }

  private Optional<String> other() {
    return leader.get().map(LeaseStore.Holder::address);
  }

  /** Anybody may see it. */
  private static Problem notLeading() {
    return new Problem.Unavailable(
        "Berth's control is changing over to another one, or its database does not answer.",
        "Try again in a moment; the controls' logs say more.");
  }
}
