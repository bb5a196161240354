package dev.berth.protocol;

import dev.berth.protocol.Notice.Kind;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Notices as a part of a message. The texts are a list of their own, as they were before notices
 * had kinds, so that either side of a connection may be the older one: it reads over the kinds, or
 * sends none, and what it sends are warnings.
 *
 * @param notices the texts
 * @param noticeKinds of each of them, in that order
 */
public record ToldNotices(List<String> notices, List<Kind> noticeKinds) {
  /** There are none. */
  public static final ToldNotices NONE = of(List.of());

  public ToldNotices {
    notices = notices == null ? List.of() : List.copyOf(notices);
    var told = noticeKinds == null ? List.<Kind>of() : List.copyOf(noticeKinds);
    noticeKinds =
        IntStream.range(0, notices.size())
            .mapToObj(i -> i < told.size() ? told.get(i) : Kind.WARNING)
            .toList();
  }

  /** {@code notices} as a part of a message. */
  public static ToldNotices of(List<Notice> notices) {
    return new ToldNotices(
        notices.stream().map(Notice::text).toList(), notices.stream().map(Notice::kind).toList());
  }

  /** Each with its kind. */
  public List<Notice> all() {
    return IntStream.range(0, notices.size())
        .mapToObj(i -> new Notice(noticeKinds.get(i), notices.get(i)))
        .toList();
  }
}
