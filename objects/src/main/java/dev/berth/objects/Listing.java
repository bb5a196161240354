package dev.berth.objects;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All objects of a folder, page by page. */
public final class Listing {
  private Listing() {}

  /** What is done with an object of a listing. */
  public interface Visitor {
    void visit(ObjectInfo object) throws IOException, InterruptedException;
  }

  public static void each(ObjectStore store, ObjectName folder, Visitor visitor)
      throws IOException, InterruptedException {
    var after = Optional.<ObjectName>empty();
    while (true) {
      var page = store.list(folder, after);
      if (page.isEmpty()) return;
      for (var object : page) visitor.visit(object);
      after = Optional.of(page.getLast().name());
    }
  }

  /** All of them at once, for folders that hold few. */
  public static List<ObjectInfo> all(ObjectStore store, ObjectName folder)
      throws IOException, InterruptedException {
    var all = new ArrayList<ObjectInfo>();
    each(store, folder, all::add);
    return all;
  }
}
