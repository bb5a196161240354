package dev.berth.gateway.http;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Writes answers; knows that one to HEAD has no body, whatever its length says. */
final class AnswerEncoder extends HttpResponseEncoder {
  boolean head;

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return (head && response.status().code() >= 200) || super.isContentAlwaysEmpty(response);
  }
}
