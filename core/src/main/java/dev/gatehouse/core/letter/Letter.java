package dev.gatehouse.core.letter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.SignedWord;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Refusal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One word of one person to one run: bound to the run, to the plan it executes, to the target, and
 * to the record of the journal that its sender saw last.
 *
 * <p>Immutable. As bytes: canonical JSON, with a signature over all the rest, or, from somebody
 * without a key, with its digest.
 *
 * @param target identity of the database, as the plan has it
 * @param head {@code seq:hash} of that record
 * @param subject the step or guard it is about; empty when it stops the run
 * @param role in which it is said; empty where no role is asked for
 * @param truth what became of a step in doubt; empty otherwise
 * @param text what was typed, or why
 * @param at by the sender's clock
 * @param expires when it is too old to be read
 * @param nonce 32 hex digits that no other letter has
 * @since 0.1
 */
public record Letter(
    Kind kind,
    String run,
    String plan,
    String target,
    String head,
    String subject,
    String who,
    String role,
    String truth,
    String text,
    Instant at,
    Instant expires,
    String nonce) {

  /** What is said. */
  public enum Kind {
    YES,
    NO,
    ABORT,
    PANIC,
    PAUSE,
    CONFIRM,
    ACCEPT,
    RESOLVE;

    /** Whether it reaches a run at once, whatever that is doing. */
    public boolean stops() {
      return this == ABORT || this == PANIC || this == PAUSE;
    }
  }

  private static final Set<String> FIELDS =
      Set.of(
          "kind", "run", "plan", "target", "head", "subject", "who", "role", "truth", "text", "at",
          "expires", "nonce", "sig");

  /**
   * A letter as it was read.
   *
   * @param sig Base64 of a signature, or {@code sha256:} and a digest
   * @param digest of the whole
   */
  record Signed(Letter letter, String sig, String digest) {

    SignedWord word() {
      return new SignedWord(letter.fields(), sig);
    }
  }

  private Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", kind.name());
    fields.put("run", run);
    fields.put("plan", plan);
    fields.put("target", target);
    fields.put("head", head);
    fields.put("subject", subject);
    fields.put("who", who);
    fields.put("role", role);
    fields.put("truth", truth);
    fields.put("text", text);
    fields.put("at", at.toString());
    fields.put("expires", expires.toString());
    fields.put("nonce", nonce);
    return fields;
  }

  /** Its bytes, signed. */
  public byte[] signedBy(Signer signer) {
    return SignedWord.by(signer, fields()).bytes();
  }

  /** Its bytes, for somebody who has no key. */
  public byte[] unsigned() {
    return SignedWord.unsigned(fields()).bytes();
  }

  String text(String sig) {
    return new String(new SignedWord(fields(), sig).bytes(), UTF_8);
  }

  /** The name of its file. */
  public String file() {
    return kind.name().toLowerCase(Locale.ROOT) + "-" + nonce + ".letter";
  }

  /**
   * Reads one.
   *
   * @throws Refusal {@code word.form} when it is not exactly as this class writes it
   */
  static Signed read(byte[] bytes) {
    try {
      Map<String, Object> object = Json.parse(bytes);
      if (!object.keySet().equals(FIELDS)
          || object.values().stream().anyMatch(value -> !(value instanceof String))
          || !Arrays.equals(Json.canonical(object), bytes)) {
        throw Words.refused("form", "not the fields of a letter", "", "");
      }
      Letter letter =
          new Letter(
              Kind.valueOf(RecordCodec.text(object, "kind")),
              RecordCodec.text(object, "run"),
              RecordCodec.text(object, "plan"),
              RecordCodec.text(object, "target"),
              RecordCodec.text(object, "head"),
              RecordCodec.text(object, "subject"),
              RecordCodec.text(object, "who"),
              RecordCodec.text(object, "role"),
              RecordCodec.text(object, "truth"),
              RecordCodec.text(object, "text"),
              time(object, "at"),
              time(object, "expires"),
              RecordCodec.text(object, "nonce"));
      return new Signed(letter, RecordCodec.text(object, "sig"), Sha256.of(bytes));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw Words.refused(
          "form", "a field of the letter is none", "", String.valueOf(e.getMessage()));
    }
  }

  private static Instant time(Map<String, Object> object, String field) {
    Instant time = Instant.parse(RecordCodec.text(object, field));
    if (!time.toString().equals(object.get(field))) {
      throw new IllegalArgumentException(field + " is written another way than letters do");
    }
    return time;
  }
}
