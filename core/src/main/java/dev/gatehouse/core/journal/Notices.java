package dev.gatehouse.core.journal;

import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the journal says of who is told what: which channels there are, up to which record each was
 * told, and which records it has still to be told of. The journal is the outbox; nothing else
 * remembers what was sent.
 *
 * <p>A view that moves on with its {@link RunRecord}; one thread at a time.
 *
 * @since 0.1
 */
public final class Notices {
  /** Between two waits for the same, these change nothing that anybody waits for. */
  private static final Set<String> BESIDE =
      Set.of("LEASED", "TOLD", "NOT_TOLD", "SAID", Journal.HEADER, Journal.SEAL, Journal.REPAIRED);

  /**
   * What was left when a run was closed: to how many notices, and what kept the last from going.
   */
  public record Left(int count, Optional<Finding> why) {}

  private final Map<String, Set<Occasion>> wanted = new LinkedHashMap<>();
  private final Map<String, List<Long>> pending = new LinkedHashMap<>();
  private final Map<String, Left> left = new LinkedHashMap<>();
  private Set<Occasion> occasions = Set.of();
  private String wait = "";
  private String waiter = "";
  private boolean begun;

  /** What a channel wants to be told, as JSON values. */
  public static Map<String, Object> channel(String name, Set<Occasion> occasions) {
    return Map.of("name", name, "on", occasions.stream().map(Enum::name).sorted().toList());
  }

  /**
   * @param state of the run behind the record
   */
  void add(Entry entry, RunState state) {
    Map<String, Object> body = entry.body();
    String waits = waits(entry);
    occasions =
        switch (entry.type()) {
          case "TOLD", "NOT_TOLD" -> Set.of();
          case "LEASED" -> leased(body);
          case "OUTCOME", "RESOLVED", "WAITING" ->
              waits.isEmpty() || waits.equals(wait) ? Set.of() : Occasion.of(entry, state);
          default -> Occasion.of(entry, state);
        };
    if (entry.type().equals("TOLD")) {
      told(RecordCodec.text(body, "channel"), number(body, "upTo"));
    } else if (entry.type().equals("NOT_TOLD")) {
      notTold(body);
    }
    happened(entry);
    if (!beside(entry)) {
      wait = waits;
      waiter = RecordCodec.text(body, "step");
    }
  }

  /** Checks that stand before the one that waits are asked again when the run is resumed. */
  private boolean beside(Entry entry) {
    return BESIDE.contains(entry.type())
        || (entry.type().equals(Event.CHECKED.name())
            && !waiter.isEmpty()
            && !waiter.equals(RecordCodec.text(entry.body(), "step")));
  }

  private Set<Occasion> leased(Map<String, Object> body) {
    wanted.clear();
    RecordCodec.maps(body, "channels")
        .forEach(one -> wanted.put(RecordCodec.text(one, "name"), on(one)));
    Occasion occasion = begun ? Occasion.RESUMED : Occasion.BEGAN;
    begun = true;
    return EnumSet.of(occasion);
  }

  /** Occasions that only a later version knows are none of this one's. */
  private static Set<Occasion> on(Map<String, Object> channel) {
    Set<Occasion> on = EnumSet.noneOf(Occasion.class);
    List<String> names = RecordCodec.texts(channel, "on");
    Stream.of(Occasion.values()).filter(one -> names.contains(one.name())).forEach(on::add);
    return on;
  }

  /**
   * What is waited for: a step's needs whatever its reason counts, the reason without a step, or
   * whoever knows what became of a step that a look did not tell. Nothing in any other record.
   */
  private static String waits(Entry entry) {
    Map<String, Object> body = entry.body();
    String step = RecordCodec.text(body, "step");
    boolean doubt = RecordCodec.text(body, "state").equals(StepState.IN_DOUBT.name());
    return switch (entry.type()) {
      case "WAITING" ->
          step.isEmpty()
              ? "reason " + RecordCodec.text(body, "reason")
              : "step " + step + RecordCodec.needs(body);
      case "RESOLVED" -> doubt ? "doubt " + step : "";
      case "OUTCOME" -> doubt && RecordCodec.flag(body, "unseen") ? "doubt " + step : "";
      default -> "";
    };
  }

  private void happened(Entry entry) {
    wanted.forEach(
        (channel, on) -> {
          if (!Collections.disjoint(on, occasions)) {
            List<Long> more = new ArrayList<>(pending.getOrDefault(channel, List.of()));
            more.add(entry.seq());
            pending.put(channel, List.copyOf(more));
          }
        });
  }

  private void told(String channel, long upTo) {
    List<Long> open =
        pending.getOrDefault(channel, List.of()).stream().filter(seq -> seq > upTo).toList();
    left.remove(channel);
    if (open.isEmpty()) {
      pending.remove(channel);
    } else {
      pending.put(channel, open);
    }
  }

  private void notTold(Map<String, Object> body) {
    String channel = RecordCodec.text(body, "channel");
    if (RecordCodec.flag(body, "left")) {
      Optional<Finding> why = RecordCodec.findings(body).stream().findFirst();
      left.put(channel, new Left((int) number(body, "count"), why));
    } else {
      told(channel, number(body, "upTo"));
    }
  }

  private static long number(Map<String, Object> body, String field) {
    return body.get(field) instanceof Long number ? number : 0;
  }

  /** What the last record is that anybody could be told of. */
  public Set<Occasion> occasions() {
    return Collections.unmodifiableSet(occasions);
  }

  /** Positions of the records that each channel has still to be told of, in order. */
  public Map<String, List<Long>> pending() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(pending));
  }

  /** Channels that could not be told all of it when the run was last closed, and not since. */
  public Map<String, Left> left() {
    return Collections.unmodifiableMap(left);
  }
}
