package dev.berth.control.store;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MariaDbStoreTest extends StoreContract {
  @SuppressWarnings("NullAway.Init") // set before all tests
  private MariaDbServer server;

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    server = MariaDbServer.start(folder);
    database = server.open();
  }

  @AfterAll
  void close() {
    database.close();
    server.close();
  }

  @Override
  Database database() {
    return database;
  }
}
