package dev.gatehouse.core.letter;

import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Something that lies in the inbox.
 *
 * @param owner account of the operating system it belongs to; empty when that cannot be told
 * @param letter empty when it is none
 * @param problem why it is none
 * @since 0.1
 */
public record Slip(
    Path path,
    String owner,
    Optional<Letter> letter,
    String digest,
    Optional<Refusal> problem,
    Optional<String> sig) {

  Letter.Signed signed() {
    return new Letter.Signed(letter.orElseThrow(), sig.orElseThrow(), digest);
  }

  static Slip of(Path path, String owner, Letter.Signed signed) {
    return new Slip(
        path,
        owner,
        Optional.of(signed.letter()),
        signed.digest(),
        Optional.empty(),
        Optional.of(signed.sig()));
  }

  static Slip not(Path path, String owner, Refusal problem) {
    return new Slip(path, owner, Optional.empty(), "", Optional.of(problem), Optional.empty());
  }

  /** The letter as it was signed, so that others can verify it without believing the run. */
  public String text() {
    return letter.orElseThrow().text(sig.orElseThrow());
  }

  /** Its name. */
  public String name() {
    return String.valueOf(path.getFileName());
  }

  /** Whether it stops the run, if it is believed. */
  public boolean stops() {
    return letter.filter(one -> one.kind().stops()).isPresent();
  }
}
