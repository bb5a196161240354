package dev.berth.snapshots.save;

import java.util.concurrent.atomic.LongAdder;

/** How much a save went through; from all threads. */
final class Counts {
  final LongAdder files = new LongAdder();
  final LongAdder folders = new LongAdder();
  final LongAdder others = new LongAdder();
  final LongAdder bytes = new LongAdder();
  final LongAdder readFiles = new LongAdder();
}
