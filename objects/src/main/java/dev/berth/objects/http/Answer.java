package dev.berth.objects.http;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.Optional;

/** What a service answered, whole. */
public record Answer(int status, HttpHeaders headers, byte[] body) {
  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** What its JSON holds. */
  public <T> T as(Class<T> type) throws IOException {
    try {
      return Json.read(body, type);
    } catch (Problem.Invalid e) { // as what stands before a service may answer
      throw new IOException("the answer cannot be read", e);
    }
  }

  public boolean isGood() {
    return status / 100 == 2;
  }
}
