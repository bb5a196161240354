package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Handler;
import dev.berth.base.http.ProblemAnswer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.control.account.Keys;
import dev.berth.control.lead.Fence;
import dev.berth.control.lead.LeaseStore;
import dev.berth.protocol.route.LeaderView;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The door of a control that may not lead: what is asked of it is answered by the one that leads,
 * and by this one only while it does.
 */
public final class Front implements Handler {
  /** Asked by gateways and the command line, who have a token for it. */
  static final String LEADER = "/internal/v1/leader";

  private record Leading(Fence fence, Handler routes) {}

  private final List<String> tokens;
  private final Supplier<Optional<LeaseStore.Holder>> leader;
  private volatile Optional<Leading> leading = Optional.empty();

  /**
   * @param tokens of those who may ask who leads
   */
  public Front(List<String> tokens, Supplier<Optional<LeaseStore.Holder>> leader) {
    this.tokens = List.copyOf(tokens);
    this.leader = leader;
  }

  /** From now on this one leads, while {@code fence} holds. */
  public void lead(Fence fence, Handler routes) {
    leading = Optional.of(new Leading(fence, routes));
  }

  /** From now on it does not. */
  public void standBy() {
    leading = Optional.empty();
  }

  @Override
  public Response handle(Request request) throws Exception {
    var now = leading.filter(it -> it.fence().holds());
    if (now.isPresent()) return now.get().routes().handle(request);
    if (request.path().equals(LEADER)) return leader(request);
    return ProblemAnswer.to(notLeading()).with("retry-after", "1");
  }

  private Response leader(Request request) {
    boolean known =
        request
            .bearer()
            .filter(token -> tokens.stream().anyMatch(one -> Keys.same(one, token)))
            .isPresent();
    if (!known) return Response.empty(404);
    var address = leader.get().map(LeaseStore.Holder::address);
    return Response.json(200, new LeaderView(false, address));
  }

  /** Anybody may see it. */
  private static Problem notLeading() {
    return new Problem.Unavailable(
        "Berth's control is changing over to another one, or its database does not answer.",
        "Try again in a moment; the controls' logs say more.");
  }
}
