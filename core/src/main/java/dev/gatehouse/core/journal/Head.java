package dev.gatehouse.core.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A signed statement "record seq of this journal has this hash", and through the chain "and all
 * before it are these". As text {@code seq:hash:keyId:sig:run}.
 *
 * @param run the journal is of; empty before it has one
 */
record Head(long seq, String hash, String keyId, String sig, String run) {
  private static final String RUN = "[A-Za-z0-9._-]{1,100}";
  private static final Pattern TEXT =
      Pattern.compile(
          "([0-9]{1,16}):([0-9a-f]{64}):([0-9a-f]{32}):([A-Za-z0-9+/]{86}==)(?::(" + RUN + "))?");

  static Head of(Entry entry, Signer signer, String run) {
    byte[] sig = signer.sign(message(entry.seq(), entry.hash(), run));
    return new Head(
        entry.seq(), entry.hash(), signer.keyId(), Base64.getEncoder().encodeToString(sig), run);
  }

  /** Which run a journal is of, by its own records; empty before it has one. */
  static String run(List<Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.type().equals(Event.OPENED.name()))
        .findFirst()
        .map(opened -> String.valueOf(opened.body().get("run")))
        .filter(run -> run.matches(RUN))
        .orElse("");
  }

  static Head parse(String text) {
    Matcher parts = TEXT.matcher(text.strip());
    if (!parts.matches()) {
      throw new Refusal(
          Finding.of("journal.head", "this is not the head of a journal")
              .withExpected("seq:hash:keyId:signature:run, as reports and marker rows show it")
              .withFound(text)
              .withFix("copy the whole head, without line breaks"));
    }
    return new Head(
        Long.parseLong(parts.group(1)),
        parts.group(2),
        parts.group(3),
        parts.group(4),
        Optional.ofNullable(parts.group(5)).orElse(""));
  }

  /** Whether the holder of that key signed it. */
  boolean signedBy(String publicKey) {
    return signed(publicKey, seq, hash, run, sig);
  }

  static boolean signed(String publicKey, long seq, String hash, String run, String sig) {
    try {
      return Signer.verify(publicKey, message(seq, hash, run), Base64.getDecoder().decode(sig));
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  String text() {
    return seq + ":" + hash + ":" + keyId + ":" + sig + (run.isEmpty() ? "" : ":" + run);
  }

  /** Names its purpose, so that no other signature of the same key can be passed off as this. */
  private static byte[] message(long seq, String hash, String run) {
    String purpose = run.isEmpty() ? "gatehouse journal head 1\n" : "gatehouse head of a run 1\n";
    String of = run.isEmpty() ? "" : run + "\n";
    return (purpose + seq + "\n" + hash + "\n" + of).getBytes(UTF_8);
  }
}
