package dev.berth.objects.journal;

import dev.berth.objects.ObjectName;

/** Whether bytes can be what was once put under a name, as far as the name tells. */
public interface Soundness {
  boolean isSound(ObjectName name, byte[] bytes);
}
