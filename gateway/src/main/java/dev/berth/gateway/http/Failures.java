package dev.berth.gateway.http;

import dev.berth.gateway.forward.Failure;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/** What a visitor is told when there is no answer to pass on. */
final class Failures {
  private Failures() {}

  static Answer answer(Failure failure, Step.@Nullable Forward forward) {
    boolean person = forward != null && forward.person();
    if (forward == null) return controlIsAway(person);
    return switch (forward.place()) {
      case Step.Place.Control _ -> controlIsAway(person);
      case Step.Place.Gallery _ -> noGallery(person);
      case Step.Place.Inside inside -> inside(failure, inside, person);
    };
  }

  private static Answer inside(Failure failure, Step.Place.Inside inside, boolean person) {
    if (inside.what() == Step.What.EDITOR && failure != Failure.BUSY) return noEditor(person);
    var place = inside.words();
    return switch (failure) {
      case NOTHING_LISTENS ->
          Answer.waiting(
              HttpResponseStatus.BAD_GATEWAY,
              person,
              "unavailable",
              "Nothing listens on %s of this workspace.".formatted(place),
              "Start your program there; this page opens it as soon as it answers.");
      case UNREACHABLE ->
          Answer.waiting(
              HttpResponseStatus.BAD_GATEWAY,
              person,
              "unavailable",
              "The workspace does not answer.",
              "Wait a moment; if it stays so, stop the workspace and start it again.");
      case HUNG_UP ->
          Answer.of(
              HttpResponseStatus.BAD_GATEWAY,
              person,
              "unavailable",
              "What listens on %s hung up before it answered.".formatted(place),
              "Look at your program's output in the workspace, then try again.");
      case NO_HTTP ->
          Answer.of(
              HttpResponseStatus.BAD_GATEWAY,
              person,
              "unavailable",
              "What listens on %s does not speak HTTP.".formatted(place),
              "If it speaks TLS, set the port's protocol to https in .gitpod.yml.");
      case BUSY ->
          Answer.of(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              person,
              "unavailable",
              "This workspace has as many open connections as the gateway keeps for one: 1024.",
              "Close some, then try again.");
    };
  }

  private static Answer noGallery(boolean person) {
    return Answer.of(
        HttpResponseStatus.BAD_GATEWAY,
        person,
        "unavailable",
        "The registry of extensions is asked for too much at once.",
        "Try again in a moment.");
  }

  /** The supervisor starts it anew; meanwhile the terminals are there. */
  private static Answer noEditor(boolean person) {
    return Answer.waiting(
        HttpResponseStatus.BAD_GATEWAY,
        person,
        "unavailable",
        "The editor does not answer: it ended, or is starting anew.",
        "This page opens it as soon as it answers. The terminals are at /_berth/terminal/.");
  }

  /** Of a request to a server of ours. */
  static Answer tooLarge() {
    return Answer.of(
        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
        false,
        "invalid",
        "The request's body is larger than 1 MiB.",
        "Send less.");
  }

  /** Its body took room that others need. */
  static Answer noRoom() {
    return Answer.of(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            false,
            "unavailable",
            "The request's body came too slowly for a gateway that has much to do.",
            "Try again.")
        .with("retry-after", "1");
  }

  static Answer tooSlow() {
    return Answer.of(
        HttpResponseStatus.REQUEST_TIMEOUT,
        false,
        "invalid",
        "The request's body was not whole after 30 s.",
        "Try again.");
  }

  static Answer tooMany(boolean person) {
    return Answer.of(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            person,
            "unavailable",
            "Berth's control is answering as many requests of your address as it does at once: 64.",
            "Try again in a moment.")
        .with("retry-after", "1");
  }

  static Answer unreadable() {
    return Answer.of(
        HttpResponseStatus.INTERNAL_SERVER_ERROR,
        false,
        "unavailable",
        "A file of the editor cannot be read.",
        "The log of berth up says why.");
  }

  static Answer controlIsAway(boolean person) {
    return Answer.waiting(
        HttpResponseStatus.SERVICE_UNAVAILABLE,
        person,
        "unavailable",
        "The dashboard does not answer: Berth's control is away or is just starting. Workspaces"
            + " that are open go on.",
        "Wait a moment; if it stays so, look at the log of berth up.");
  }
}
