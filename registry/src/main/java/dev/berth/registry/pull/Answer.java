package dev.berth.registry.pull;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;

/** What a registry sent; its body is read by one thread, once, and closed. */
record Answer(int status, HttpHeaders headers, InputStream body) implements AutoCloseable {
  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** Lets go of the connection; what was not read yet is not wanted. */
  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException _) {
      // It is given up either way.
    }
  }
}
