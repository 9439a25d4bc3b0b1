package dev.gatehouse.dsl.tell;

import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.core.tell.Notice;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells an endpoint by a POST of JSON: {@code {"schema":1,"notices":[{"id":...,"text":...}]}}, all
 * that have come together since it was told last. Each notice has the same {@code id} however often
 * it comes: take it once. An endpoint that refuses it for good (4xx but 408, 425 and 429) gets a
 * second POST, the same notices as {@code text/plain}; what it answers to that one counts.
 *
 * <p>With a key the header {@code Gatehouse-Signature: v1=HEX} is HMAC-SHA256 over {@code
 * TIMESTAMP.BODY}, where {@code Gatehouse-Timestamp} is in seconds since 1970. Whoever checks it
 * should refuse a time stamp more than 5 minutes away.
 *
 * <p>Immutable. The address is a secret, and stands in no text.
 *
 * @since 0.1
 */
public final class Webhook extends NamedChannel<Webhook> {
  private final Post post;
  private final Optional<Secret> key;

  private Webhook(Post post, Optional<Secret> key, Set<Occasion> occasions, String name) {
    super(name, occasions);
    this.post = post;
    this.key = key;
  }

  /**
   * At that address, told of everything.
   *
   * @throws IllegalArgumentException when it is no address of https, or of http on this machine
   */
  public static Webhook at(Secret address) {
    return new Webhook(
        Post.to(address), Optional.empty(), EnumSet.allOf(Occasion.class), "webhook");
  }

  /** The same, signing what it sends. */
  public Webhook signedWith(Secret secret) {
    return new Webhook(post, Optional.of(secret), occasions(), name());
  }

  @Override
  Webhook with(String newName, Set<Occasion> newOccasions) {
    return new Webhook(post, key, newOccasions, newName);
  }

  /** The same under the name that the journal has for it; default {@code webhook}. */
  public Webhook named(String newName) {
    return with(newName, occasions());
  }

  @Override
  public List<Secret> secrets() {
    return Stream.concat(Stream.of(post.address()), key.stream()).toList();
  }

  @Override
  public Delivery deliver(List<Notice> notices) throws InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("schema", 1L);
    body.put("notices", notices.stream().map(Webhook::json).toList());
    String plain = String.join("\n", NoticeText.lines(notices, 0));
    return post.deliver(
        List.of(
            signed("application/json", new String(Json.canonical(body), StandardCharsets.UTF_8)),
            signed("text/plain; charset=utf-8", plain)));
  }

  private Post.Body signed(String type, String body) {
    if (key.isEmpty()) {
      return new Post.Body(type, body, Map.of());
    }
    String time = String.valueOf(Instant.now().getEpochSecond());
    return new Post.Body(
        type,
        body,
        Map.of(
            "Gatehouse-Timestamp",
            time,
            "Gatehouse-Signature",
            "v1=" + hmac(key.get(), time + "." + body)));
  }

  static String hmac(Secret key, String text) {
    byte[] value = key.reveal(lent -> new String(lent).getBytes(StandardCharsets.UTF_8));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(value, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new Bug("HmacSHA256 is part of every Java", e);
    }
  }

  private static Map<String, Object> json(Notice notice) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", notice.id());
    json.put("at", notice.at().toString());
    json.put("occasions", notice.occasions().stream().map(Enum::name).sorted().toList());
    json.put("run", notice.run());
    json.put("runbook", notice.runbook());
    json.put("target", notice.target());
    json.put("state", notice.state());
    json.put("text", notice.text());
    json.put("details", notice.details());
    json.put("facts", notice.facts());
    json.put("findings", RecordCodec.of(notice.findings()));
    return json;
  }

  @Override
  public String toString() {
    return name() + " (secret '" + post.address().label() + "')";
  }
}
