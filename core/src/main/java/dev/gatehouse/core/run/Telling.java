package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.core.tell.Composing;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.core.tell.Notice;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivers notices beside the run, by a thread that gets positions of records only. What came of it
 * lies here until the run's own thread journals it; a crash in between tells twice, under one id.
 */
final class Telling {
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int MOST_AT_ONCE = 100;

  /**
   * What the run has to journal.
   *
   * @param upTo position of the last record that it is about
   * @param problem why it was not told; empty when it was
   */
  record Result(String channel, long upTo, int count, Optional<Finding> problem) {}

  /** One channel, and what it has still to be told. */
  private static final class Voice {
    private final Channel channel;
    private final Deque<Long> open = new ArrayDeque<>();
    private long known = -1;
    private long due = System.nanoTime();
    private int atOnce = MOST_AT_ONCE;
    private int failures;
    private Optional<Finding> problem = Optional.empty();

    Voice(Channel channel) {
      this.channel = channel;
    }
  }

  private final List<Voice> voices;
  private final Supplier<List<Entry>> journal;
  private final String run;
  private final Scrubber scrubber;
  private final List<Result> results = new ArrayList<>();
  private @Nullable Thread thread;
  private boolean ended;

  /**
   * @param journal all records so far, to be asked by any thread
   */
  Telling(List<Channel> channels, Supplier<List<Entry>> journal, String run, Scrubber scrubber) {
    this.voices = channels.stream().map(Voice::new).toList();
    this.journal = journal;
    this.run = run;
    this.scrubber = scrubber;
  }

  /** What is to be told by now. A thread only once there is something. */
  synchronized void pending(Map<String, List<Long>> positions) {
    boolean more = false;
    for (Voice voice : voices) {
      for (long seq : positions.getOrDefault(voice.channel.name(), List.of())) {
        if (seq > voice.known) {
          voice.known = seq;
          voice.open.add(seq);
          more = true;
        }
      }
    }
    if (more && thread == null && !ended) {
      thread = new Thread(this::tell, "gatehouse-telling");
      thread.setDaemon(true);
      thread.start();
    }
    if (more) {
      notifyAll();
    }
  }

  /** What came of it since the last call. */
  synchronized List<Result> results() {
    List<Result> taken = List.copyOf(results);
    results.clear();
    return taken;
  }

  synchronized boolean anyResults() {
    return !results.isEmpty();
  }

  /** Until all is told, or nothing can be before the time is up; then no more is. */
  synchronized void end(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    try {
      long left = patience.toNanos();
      while (left > 0 && voices.stream().anyMatch(voice -> tellable(voice, until))) {
        wait(Math.max(1, left / 1_000_000));
        left = until - System.nanoTime();
      }
    } finally {
      ended = true;
      notifyAll();
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  private static boolean tellable(Voice voice, long until) {
    return !voice.open.isEmpty() && voice.due - until < 0;
  }

  /** Why that channel could not be told, where it was tried. */
  synchronized Optional<Finding> problem(String channel) {
    return voices.stream()
        .filter(voice -> voice.channel.name().equals(channel))
        .findFirst()
        .flatMap(voice -> voice.problem);
  }

  private void tell() {
    try {
      compose();
    } catch (RuntimeException | Error e) {
      broke(e);
    }
  }

  /** No more is told by this process; why, stands in the journal when the run is closed. */
  private synchronized void broke(Throwable e) {
    Finding why =
        Finding.of("tell.broke", "notices could not be composed")
            .withFound(e.getClass().getName())
            .withFix("tell them later: examples/run tell JOURNAL");
    for (Voice voice : voices) {
      voice.problem = Optional.of(why);
      voice.due = Long.MAX_VALUE;
    }
    notifyAll();
  }

  private void compose() {
    Composing notices = new Composing();
    try {
      for (Voice due = next(); due != null; due = next()) {
        Voice next = due;
        List<Long> batch = batch(next);
        List<Long> open = open();
        List<Entry> entries = journal.get();
        // The view only moves on: what others have still open before these is made with them.
        open.forEach(seq -> notices.of(seq, entries));
        List<Notice> all =
            batch.stream()
                .map(
                    seq -> named(notices.of(seq, entries), entries.get(Math.toIntExact(seq)), next))
                .toList();
        took(next, batch, deliver(next.channel, all));
        notices.forgetBefore(oldest());
      }
    } catch (InterruptedException e) {
      // the run was closed
    }
  }

  private Notice named(Notice notice, Entry entry, Voice voice) {
    return notice.to(Notice.id(run, entry, voice.channel.name()));
  }

  private synchronized List<Long> open() {
    return voices.stream().flatMap(voice -> voice.open.stream()).distinct().sorted().toList();
  }

  private synchronized long oldest() {
    return voices.stream()
        .flatMap(voice -> voice.open.stream())
        .min(Long::compare)
        .orElse(Long.MAX_VALUE);
  }

  /**
   * Of the channels that are due the one that has waited longest; those that failed last come after
   * those that did not, so that one that hangs is not in the way of the others twice.
   */
  private synchronized @Nullable Voice next() throws InterruptedException {
    while (!ended) {
      long now = System.nanoTime();
      Optional<Voice> due =
          voices.stream()
              .filter(voice -> !voice.open.isEmpty() && voice.due - now <= 0)
              .min(
                  Comparator.<Voice>comparingInt(voice -> voice.failures)
                      .thenComparingLong(voice -> voice.due - now));
      if (due.isPresent()) {
        return due.get();
      }
      OptionalLong first =
          voices.stream()
              .filter(voice -> !voice.open.isEmpty())
              .mapToLong(voice -> voice.due - now)
              .min();
      // without a time it is until somebody calls
      wait(first.isPresent() ? first.getAsLong() / 1_000_000 + 1 : 0);
    }
    return null;
  }

  private synchronized List<Long> batch(Voice voice) {
    return voice.open.stream().limit(voice.atOnce).toList();
  }

  /** Whatever a channel does, the run goes on, and the other channels are told. */
  private static Delivery deliver(Channel channel, List<Notice> notices)
      throws InterruptedException {
    try {
      return channel.deliver(notices);
    } catch (RuntimeException | Error e) {
      return Delivery.later(
          Finding.of("tell.broke", "the channel broke")
              .withFound(e.getClass().getName())
              .withFix("correct channel '" + channel.name() + "': it may throw nothing"));
    }
  }

  private synchronized void took(Voice voice, List<Long> batch, Delivery delivery) {
    long now = System.nanoTime();
    voice.problem = delivery.problem().map(scrubber::scrub);
    if (delivery.kind() == Delivery.Kind.LATER) {
      voice.failures++;
      Duration grown = Duration.ofSeconds(1L << Math.min(voice.failures - 1, 6));
      voice.due = now + bounded(delivery.again().orElse(grown)).toNanos();
    } else if (delivery.kind() == Delivery.Kind.REFUSED && batch.size() > 1) {
      // One that is refused must not take the others with it.
      voice.atOnce = 1;
      voice.due = now + bounded(voice.channel.pace()).toNanos();
    } else {
      voice.failures = 0;
      voice.due = now + bounded(voice.channel.pace()).toNanos();
      batch.forEach(voice.open::remove);
      boolean told = delivery.kind() == Delivery.Kind.TOLD;
      voice.atOnce = told ? MOST_AT_ONCE : 1;
      results.add(
          new Result(
              voice.channel.name(),
              batch.get(batch.size() - 1),
              batch.size(),
              told ? Optional.empty() : voice.problem));
    }
    notifyAll();
  }

  private static Duration bounded(Duration wanted) {
    return wanted.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wanted;
  }
}
