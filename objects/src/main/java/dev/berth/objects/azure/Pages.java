package dev.berth.objects.azure;

import dev.berth.objects.ObjectName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where pages of lists ended that may be gone on with. What is written between there and the next
 * name of that time would be left out, so it is forgotten then.
 */
final class Pages {
  /** Lists that are read at the same time are fewer. */
  private static final int MOST = 64;

  private record End(ObjectName folder, ObjectName last) {}

  private final Map<End, String> markers = new LinkedHashMap<>();

  private long writes;

  /** The number of writes so far, to be told with what is asked for now. */
  synchronized long writes() {
    return writes;
  }

  /** Not where something was written while the page was on its way. */
  synchronized void ended(ObjectName folder, ObjectName last, String marker, long writesBefore) {
    if (writes != writesBefore) return;
    if (markers.size() == MOST) markers.remove(markers.keySet().iterator().next());
    markers.put(new End(folder, last), marker);
  }

  synchronized Optional<String> after(ObjectName folder, ObjectName last) {
    return Optional.ofNullable(markers.get(new End(folder, last)));
  }

  synchronized void written(ObjectName name) {
    writes++;
    markers.keySet().removeIf(end -> name.isIn(end.folder) && name.compareTo(end.last) > 0);
  }
}
