package dev.berth.control.http;

import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.protocol.route.LeaderProof;
import dev.berth.protocol.route.LeaderView;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Who leads, as a control tells it that leads or does not. Gateways send what they want it proved
 * by, and nothing that opens anything; the command line shows a token.
 *
 * @param gatewayToken by which it proves itself to gateways
 * @param known whether a token may be told where another is
 */
record LeaderAnswer(String gatewayToken, Predicate<String> known) {
  static final String PATH = "/internal/v1/leader";

  private static final int NONCE_MAX = 64;

  Response to(Request request, boolean leads, Supplier<Optional<String>> other) {
    boolean isKnown = request.bearer().filter(known).isPresent();
    var nonce = request.parameter("nonce").filter(text -> text.length() <= NONCE_MAX);
    if (!isKnown && nonce.isEmpty()) return Response.empty(404);
    var address = isKnown ? other.get() : Optional.<String>empty();
    var proof = nonce.map(text -> LeaderProof.of(gatewayToken, text, leads));
    return Response.json(200, new LeaderView(leads, address, proof));
  }
}
