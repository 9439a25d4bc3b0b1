package dev.gatehouse.core.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.model.Person;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What somebody said, as they signed it: canonical JSON, and a signature over all the rest of it;
 * from somebody without a key, its digest.
 *
 * <p>Immutable.
 *
 * @param fields all but the signature
 * @param sig Base64 of a signature, or {@code sha256:} and a digest
 * @since 0.1
 */
public record SignedWord(Map<String, Object> fields, String sig) {
  private static final String SIG = "sig";
  private static final String UNSIGNED = "sha256:";
  private static final byte[] PURPOSE = "gatehouse letter 1\n".getBytes(UTF_8);

  public SignedWord {
    fields = Map.copyOf(fields);
  }

  /** Those fields, signed. */
  public static SignedWord by(Signer signer, Map<String, Object> fields) {
    byte[] signature = signer.sign(message(fields));
    return new SignedWord(fields, Base64.getEncoder().encodeToString(signature));
  }

  /** Those fields, for which nobody's key vouches. */
  public static SignedWord unsigned(Map<String, Object> fields) {
    return new SignedWord(fields, UNSIGNED + Sha256.of(Json.canonical(fields)));
  }

  /** What such bytes hold; whether it is as it was signed, nobody knows yet. */
  public static SignedWord read(byte[] bytes) {
    Map<String, Object> fields = new LinkedHashMap<>(Json.parse(bytes));
    String sig = RecordCodec.text(fields, SIG);
    fields.remove(SIG);
    return new SignedWord(fields, sig);
  }

  /** Its one spelling. */
  public byte[] bytes() {
    Map<String, Object> all = new LinkedHashMap<>(fields);
    all.put(SIG, sig);
    return Json.canonical(all);
  }

  /** Whether nobody's key vouches for it. */
  public boolean isUnsigned() {
    return sig.startsWith(UNSIGNED);
  }

  /** Whether it is whole, as far as that can be told without a key. */
  public boolean isWhole() {
    return sig.equals(UNSIGNED + Sha256.of(Json.canonical(fields)));
  }

  /** Whether that person's key signed all of it. */
  public boolean isSignedBy(Person person) {
    try {
      byte[] bytes = Base64.getDecoder().decode(sig);
      // Base64 has several spellings of the same bytes; only the one we write is ours.
      return Base64.getEncoder().encodeToString(bytes).equals(sig)
          && person.key().filter(key -> Signer.verify(key, message(fields), bytes)).isPresent();
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /** What is signed cannot be taken for anything else that the same key signs. */
  private static byte[] message(Map<String, Object> fields) {
    byte[] body = Json.canonical(fields);
    byte[] message = Arrays.copyOf(PURPOSE, PURPOSE.length + body.length);
    System.arraycopy(body, 0, message, PURPOSE.length, body.length);
    return message;
  }
}
