package dev.gatehouse.core.journal;

import dev.gatehouse.core.model.FollowUp;
import dev.gatehouse.core.model.HandOver;
import dev.gatehouse.core.model.HandOver.Closure;
import dev.gatehouse.core.model.Incident;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a runbook says of its hand-over, as JSON values. Nothing is written where it says nothing:
 * the digests of such plans stay what they were.
 */
final class HandOverCodec {

  private HandOverCodec() {}

  static void put(Map<String, Object> body, HandOver handOver) {
    handOver
        .incident()
        .ifPresent(
            incident ->
                body.put(
                    "incident",
                    Map.of(
                        "began", incident.began().toString(),
                        "good", incident.good().toString(),
                        "exposed", incident.exposed())));
    handOver
        .closure()
        .ifPresent(
            closure ->
                body.put("closure", Map.of("from", closure.from(), "until", closure.until())));
    List<Map<String, Object>> owed =
        handOver.followUps().stream()
            .map(
                one ->
                    Map.<String, Object>of(
                        "what", one.what(), "by", one.by(), "within", one.within().toString()))
            .toList();
    if (!owed.isEmpty()) {
      body.put("followUps", owed);
    }
  }

  static HandOver handOver(Map<String, Object> body) {
    return new HandOver(
        told(body, "incident")
            .map(
                one ->
                    new Incident(
                        Instant.parse(RecordCodec.text(one, "began")),
                        Instant.parse(RecordCodec.text(one, "good")),
                        RecordCodec.texts(one, "exposed"))),
        told(body, "closure")
            .map(one -> new Closure(RecordCodec.text(one, "from"), RecordCodec.text(one, "until"))),
        RecordCodec.maps(body, "followUps").stream()
            .map(
                one ->
                    new FollowUp(
                        RecordCodec.text(one, "what"),
                        RecordCodec.text(one, "by"),
                        Duration.parse(RecordCodec.text(one, "within"))))
            .toList());
  }

  private static Optional<Map<String, Object>> told(Map<String, Object> body, String field) {
    return Optional.of(RecordCodec.map(body, field)).filter(one -> !one.isEmpty());
  }
}
